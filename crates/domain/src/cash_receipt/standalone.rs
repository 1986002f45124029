//! A cash receipt for money that was taken elsewhere.

use super::{CashReceipt, CashReceiptOrigin, CashReceiptRequest, CashReceiptState};
use crate::error::{ErrorCode, Refusal};
use crate::fingerprint::Pepper;
use crate::ids::{ProjectId, ReceiptId};
use crate::money::Won;
use crate::sensitive::Sensitive;
use crate::sensitive_text;
use crate::sensitive_text::check_visible;
use crate::text::{length, line, nfc};
use crate::time::EpochMs;

const TEXT_CHARACTERS_MAX: usize = 255;
const JSON_BYTES_MAX: usize = 8 * 1024;

/// Money that was taken elsewhere, as sent.
#[derive(Debug, Clone, Default)]
pub struct StandaloneCashReceipt {
    pub order_id: Option<String>,
    pub order_name: Option<String>,
    pub price: Option<String>,
    pub tax_free: Option<String>,
    pub purchased_at: Option<String>,
    /// A JSON object as sent.
    pub metadata: String,
}

impl CashReceiptRequest {
    /// The intent of a receipt for money that was taken elsewhere; its own id is its order id at the PG, too.
    ///
    /// Errors: `RC_ORDER_NAME_BLANK`, `RC_PRICE_INVALID`, `RC_ORDER_ID_BLANK`, `FIELD_INVALID`,
    /// `SUBSCRIBE_AT_SENSITIVE_TEXT`.
    pub fn alone(
        &self,
        sent: &StandaloneCashReceipt,
        (project_id, receipt_id): (ProjectId, ReceiptId),
        pepper: &Pepper,
        now: EpochMs,
    ) -> Result<CashReceipt, Refusal> {
        let order_name = line(&text(&sent.order_name, ErrorCode::PaymentOrderNameBlank, "order_name")?);
        let price = sent
            .price
            .as_deref()
            .and_then(Won::parse)
            .filter(|price| *price > Won::ZERO);
        let price = price.ok_or_else(|| Refusal::new(ErrorCode::PriceInvalid, "price").hint("1000"))?;
        let order_id = text(&sent.order_id, ErrorCode::OrderIdBlank, "order_id")?;
        check_visible(&order_id, "order_id")?;
        let tax_free = sent.tax_free.as_deref().map_or(Some(Won::ZERO), Won::parse);
        let tax_free = tax_free
            .filter(|tax_free| *tax_free <= price)
            .ok_or_else(|| Refusal::new(ErrorCode::PriceInvalid, "tax_free").hint("0 <= tax_free <= price"))?;
        if sent.metadata.len() > JSON_BYTES_MAX {
            return Err(Refusal::new(ErrorCode::FieldInvalid, "metadata").hint("8 KiB"));
        }
        self.refuse_in(&[
            ("order_id", order_id.as_str()),
            ("order_name", &order_name),
            ("metadata", &sent.metadata),
        ])?;
        let parts: [&str; 8] = [
            &project_id.to_string(),
            &nfc(&order_id),
            &nfc(&order_name),
            &price.get().to_string(),
            &tax_free.get().to_string(),
            self.purpose.wire_name(),
            self.number.reveal(),
            &nfc(&sent.metadata),
        ];
        Ok(CashReceipt {
            receipt_id,
            project_id,
            price,
            tax_free,
            purpose: self.purpose,
            origin: CashReceiptOrigin::Standalone,
            fingerprint: Some(pepper.hash("cash_receipt_alone", &parts)),
            metadata: sent.metadata.clone(),
            purchased_at: purchased_at(sent.purchased_at.as_deref(), now)?,
            seq: 1,
            state: CashReceiptState::Intended,
            pg_order_id: receipt_id.to_string(),
            tid: None,
            approve_no: None,
            pg: None,
            requested_at: now,
            issued_at: None,
            cancelled_at: None,
            due_at: None,
            order_id,
            order_name,
        })
    }

    /// A stored field must not carry the number; without its leading zero a phone is also found behind a +82.
    fn refuse_in(&self, stored: &[(&'static str, &str)]) -> Result<(), Refusal> {
        let number = Sensitive::new(self.number.reveal().trim_start_matches('0'));
        sensitive_text::refuse(stored, &[&number])
    }
}

fn text(sent: &Option<String>, blank: ErrorCode, name: &'static str) -> Result<String, Refusal> {
    let text = sent.as_deref().map_or("", str::trim);
    if text.is_empty() {
        return Err(Refusal::new(blank, name));
    }
    if length(text) > TEXT_CHARACTERS_MAX {
        return Err(Refusal::new(ErrorCode::FieldInvalid, name).hint("255"));
    }
    Ok(text.to_owned())
}

/// A clock that is a little ahead is no lie.
const CLOCK_SLACK_MS: u64 = 60_000;

fn purchased_at(sent: Option<&str>, now: EpochMs) -> Result<Option<EpochMs>, Refusal> {
    let Some(text) = sent else { return Ok(None) };
    let refuse = |hint: String| Refusal::new(ErrorCode::FieldInvalid, "purchased_at").hint(hint);
    let read = crate::written_time::parse(text).ok_or_else(|| refuse("2026-01-01T00:00:00+09:00".to_owned()))?;
    if read > now.plus_ms(CLOCK_SLACK_MS) {
        return Err(refuse(format!("<= {}", now.to_wire())));
    }
    Ok(Some(read))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purchase_to_come_is_refused_and_a_clock_a_little_ahead_is_not() {
        let now = EpochMs(1_767_193_200_000);
        let read = |text: &str| purchased_at(Some(text), now).map_err(|refusal| refusal.code);
        for past in [
            "2026-01-01T00:00:00+09:00",
            "2026-01-01 00:01:00",
            "2020-02-29",
            "2025-12-31T15:00:59Z",
        ] {
            assert!(read(past).is_ok_and(|at| at.is_some()), "{past}");
        }
        for future in [
            "2026-01-01T00:01:01+09:00",
            "2026-01-01T00:00:00Z",
            "2027-01-01",
            "tomorrow",
        ] {
            assert_eq!(read(future), Err(ErrorCode::FieldInvalid), "{future}");
        }
    }
}
