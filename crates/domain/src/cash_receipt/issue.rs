//! A request for a cash receipt: its rules, and what an earlier one makes of it.

use super::number::{read as read_number, refuse_resident_number};
use super::{CashReceipt, Origin, Purpose, State};
use crate::error::{ErrorCode, Refusal};
use crate::fingerprint::{Fingerprint, Pepper};
use crate::ids::{ProjectId, ReceiptId};
use crate::money::Won;
use crate::payment::{self, Payment};
use crate::sensitive::Sensitive;
use crate::time::EpochMs;

const TEXT_CHARACTERS_MAX: usize = 255;
const JSON_BYTES_MAX: usize = 8 * 1024;

/// To whom and for what, as sent.
#[derive(Debug, Clone, Default)]
pub struct IssueFields {
    pub identity_no: Option<Sensitive>,
    pub cash_receipt_type: Option<String>,
    pub currency: Option<String>,
}

/// The same, once it passed the rules. Holds what must not be stored.
#[derive(Clone)]
pub struct Asked {
    pub purpose: Purpose,
    /// Digits only.
    pub number: Sensitive,
}

impl IssueFields {
    /// Errors: `SUBSCRIBE_AT_RESIDENT_NUMBER_REFUSED`; `FIELD_INVALID` for anything else.
    pub fn read(&self) -> Result<Asked, Refusal> {
        let sent = self.identity_no.as_ref().map_or("", Sensitive::reveal);
        // The law first, whatever else is wrong.
        refuse_resident_number(sent, "identity_no")?;
        let purpose = self.cash_receipt_type.as_deref().unwrap_or("");
        let purpose = Purpose::parse(purpose).ok_or_else(|| unknown_type(purpose))?;
        let number = read_number(sent, purpose, "identity_no")?;
        if self.currency.as_deref().is_none_or(is_won) {
            return Ok(Asked { purpose, number });
        }
        Err(Refusal::new(ErrorCode::FieldInvalid, "currency").hint("KRW"))
    }
}

/// `WON` is what the Ruby SDK sends unasked, `0` is nothing.
fn is_won(currency: &str) -> bool {
    ["KRW", "WON", "원", "0"]
        .iter()
        .any(|known| currency.trim().eq_ignore_ascii_case(known))
}

/// The refusal of a `cash_receipt_type` that there is not.
#[must_use]
pub fn unknown_type(sent: &str) -> Refusal {
    let hint = crate::nearest::hint(sent, &["소득공제", "지출증빙"]);
    Refusal::new(ErrorCode::FieldInvalid, "cash_receipt_type").hint(hint)
}

/// Money that was taken elsewhere, as sent.
#[derive(Debug, Clone, Default)]
pub struct Alone {
    pub order_id: Option<String>,
    pub order_name: Option<String>,
    pub price: Option<String>,
    pub tax_free: Option<String>,
    pub purchased_at: Option<String>,
    /// A JSON object as sent.
    pub metadata: String,
}

/// What an earlier receipt makes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A receipt that is new, or takes the place of one that failed or was cancelled.
    Issue,
    /// The same request, whose outcome is unknown.
    Resume,
    /// The same request, whose outcome is known.
    Replay,
}

/// `is_same` says whether `earlier` was made by an equal request, or with the debit to the number that is asked for now.
///
/// Errors: `RC_CASH_RECEIPT_CONFLICT` when a different one is there or under way.
pub fn decide(earlier: Option<&CashReceipt>, is_same: bool) -> Result<Decision, Refusal> {
    let Some(earlier) = earlier else {
        return Ok(Decision::Issue);
    };
    match (earlier.state, is_same) {
        // One that came with the debit and was taken back was never asked for: this is the first request.
        (State::Cancelled, _) if earlier.origin == Origin::Debit => Ok(Decision::Issue),
        (State::Failed, _) | (State::Cancelled, false) => Ok(Decision::Issue),
        (State::Intended, true) => Ok(Decision::Resume),
        (State::Issued | State::Cancelling | State::Cancelled, true) => Ok(Decision::Replay),
        (State::Intended | State::Issued | State::Cancelling, false) => {
            Err(Refusal::new(ErrorCode::CashReceiptConflict, "receipt_id")
                .hint(format!("{} ({})", earlier.state.name(), earlier.origin.name()))
                .receipt(earlier.receipt_id))
        }
    }
}

/// Stands for whom a receipt is issued to, and for what. The number itself is not kept.
#[must_use]
pub fn number_print(project: ProjectId, purpose: Purpose, number: &Sensitive, pepper: &Pepper) -> Fingerprint {
    let parts = [&project.to_string(), purpose.wire_name(), number.reveal()];
    pepper.hash("cash_receipt_number", &parts)
}

impl Asked {
    /// Stands for a request for the receipt of a payment.
    #[must_use]
    pub fn print_for(&self, payment: ReceiptId, pepper: &Pepper) -> Fingerprint {
        let parts = [&payment.to_string(), self.purpose.wire_name(), self.number.reveal()];
        pepper.hash("cash_receipt", &parts)
    }

    /// Stands for the purpose and the number alone.
    #[must_use]
    pub fn number_print(&self, project: ProjectId, pepper: &Pepper) -> Fingerprint {
        number_print(project, self.purpose, &self.number, pepper)
    }

    /// The intent of a receipt for what is left of `payment`, in the place of `earlier`.
    ///
    /// Errors: `RC_NOT_PAID`.
    pub fn for_payment(
        &self,
        payment: &Payment,
        earlier: Option<&CashReceipt>,
        pg_order_id: ReceiptId,
        pepper: &Pepper,
        now: EpochMs,
    ) -> Result<CashReceipt, Refusal> {
        if !matches!(payment.state, payment::State::Paid | payment::State::PartlyCancelled) {
            return Err(Refusal::new(ErrorCode::NotPaid, "receipt_id").hint(payment.state.name()));
        }
        Ok(CashReceipt {
            receipt_id: payment.receipt_id,
            project_id: payment.project_id,
            order_id: payment.order.order_id.clone(),
            order_name: payment.order.order_name.clone(),
            price: payment.balance(),
            tax_free: payment.order.tax_free.minus(payment.cancelled_tax_free),
            purpose: self.purpose,
            origin: Origin::Payment,
            fingerprint: Some(self.print_for(payment.receipt_id, pepper)),
            metadata: "{}".to_owned(),
            purchased_at: None,
            seq: earlier.map_or(1, |earlier| earlier.seq + 1),
            state: State::Intended,
            pg_order_id: pg_order_id.to_string(),
            tid: None,
            approve_no: None,
            pg: None,
            requested_at: now,
            issued_at: None,
            cancelled_at: None,
            due_at: None,
        })
    }

    /// The intent of a receipt for money that was taken elsewhere; its own id is its order id at the PG, too.
    ///
    /// Errors: `RC_ORDER_NAME_BLANK`, `RC_PRICE_INVALID`, `RC_ORDER_ID_BLANK`, `FIELD_INVALID`,
    /// `SUBSCRIBE_AT_SENSITIVE_TEXT`.
    pub fn alone(
        &self,
        sent: &Alone,
        (project_id, receipt_id): (ProjectId, ReceiptId),
        pepper: &Pepper,
        now: EpochMs,
    ) -> Result<CashReceipt, Refusal> {
        let order_name = text(&sent.order_name, ErrorCode::PaymentOrderNameBlank, "order_name")?;
        let price = sent
            .price
            .as_deref()
            .and_then(Won::parse)
            .filter(|price| *price > Won::ZERO);
        let price = price.ok_or_else(|| Refusal::new(ErrorCode::PriceInvalid, "price").hint("1000"))?;
        let order_id = text(&sent.order_id, ErrorCode::OrderIdBlank, "order_id")?;
        let tax_free = sent.tax_free.as_deref().map_or(Some(Won::ZERO), Won::parse);
        let tax_free = tax_free
            .filter(|tax_free| *tax_free <= price)
            .ok_or_else(|| Refusal::new(ErrorCode::PriceInvalid, "tax_free").hint("0 <= tax_free <= price"))?;
        if sent.metadata.len() > JSON_BYTES_MAX {
            return Err(Refusal::new(ErrorCode::FieldInvalid, "metadata").hint("8 KiB"));
        }
        self.refuse_in(&[
            ("order_id", &order_id),
            ("order_name", &order_name),
            ("metadata", &sent.metadata),
        ])?;
        let parts = [
            &project_id.to_string(),
            &order_id,
            &order_name,
            &price.get().to_string(),
            &tax_free.get().to_string(),
            self.purpose.wire_name(),
            self.number.reveal(),
            &sent.metadata,
        ];
        Ok(CashReceipt {
            receipt_id,
            project_id,
            price,
            tax_free,
            purpose: self.purpose,
            origin: Origin::Alone,
            fingerprint: Some(pepper.hash("cash_receipt_alone", &parts)),
            metadata: sent.metadata.clone(),
            purchased_at: purchased_at(sent.purchased_at.as_deref(), now)?,
            seq: 1,
            state: State::Intended,
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
    fn refuse_in(&self, stored: &[(&'static str, &String)]) -> Result<(), Refusal> {
        let number = self.number.reveal().trim_start_matches('0');
        for (name, text) in stored {
            // In JSON a digit may be written as an escape: `\u0031`.
            let text = Sensitive::new(text.replace("\\u003", ""));
            let kept = text.reveal().chars().filter(|c| !matches!(c, '-' | ' ' | '.'));
            if Sensitive::new(kept.collect::<String>()).reveal().contains(number) {
                return Err(Refusal::new(ErrorCode::SensitiveText, name));
            }
        }
        Ok(())
    }
}

fn text(sent: &Option<String>, blank: ErrorCode, name: &'static str) -> Result<String, Refusal> {
    let text = sent.as_deref().map_or("", str::trim);
    if text.is_empty() {
        return Err(Refusal::new(blank, name));
    }
    if text.chars().count() > TEXT_CHARACTERS_MAX {
        return Err(Refusal::new(ErrorCode::FieldInvalid, name).hint("255"));
    }
    Ok(text.to_owned())
}

/// A clock that is a little ahead is no lie.
const CLOCK_SLACK_MS: u64 = 60_000;

fn purchased_at(sent: Option<&str>, now: EpochMs) -> Result<Option<EpochMs>, Refusal> {
    let Some(text) = sent else { return Ok(None) };
    let refuse = |hint: String| Refusal::new(ErrorCode::FieldInvalid, "purchased_at").hint(hint);
    let read = crate::reserve::parse_when(text).ok_or_else(|| refuse("2026-01-01T00:00:00+09:00".to_owned()))?;
    if read > now.plus_ms(CLOCK_SLACK_MS) {
        return Err(refuse(format!("<= {}", now.to_wire())));
    }
    Ok(Some(read))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn won_has_several_names_and_dollars_are_refused() {
        let read = |currency: &str| {
            let fields = IssueFields {
                identity_no: Some(Sensitive::new("01012345678")),
                cash_receipt_type: Some("1".to_owned()),
                currency: Some(currency.to_owned()),
            };
            fields.read().map(drop).map_err(|refusal| refusal.code)
        };
        for known in ["KRW", "krw", "WON", "won", " Won ", "원", "0"] {
            assert_eq!(read(known), Ok(()), "{known}");
        }
        for other in ["USD", "JPY", "KRWX", "₩원", "W"] {
            assert_eq!(read(other), Err(ErrorCode::FieldInvalid), "{other}");
        }
    }

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
