//! A request for a cash receipt: its rules, and what an earlier one makes of it.

use super::{CashReceipt, Origin, Purpose, State};
use crate::error::{ErrorCode, Refusal};
use crate::fingerprint::{Fingerprint, Pepper};
use crate::ids::{ProjectId, ReceiptId};
use crate::money::Won;
use crate::payment::{self, Payment};
use crate::sensitive::Sensitive;
use crate::sensitive_text;
use crate::text::{check_visible, length, line, nfc};
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
        let kept = |c: &char| !matches!(c, '-' | ' ' | '.');
        let sent = self.identity_no.as_ref().map_or("", Sensitive::reveal);
        let number = Sensitive::new(sent.chars().filter(kept).collect::<String>());
        check_number(number.reveal())?;
        let purpose = self.cash_receipt_type.as_deref().unwrap_or("");
        let purpose = Purpose::parse(purpose).ok_or_else(|| unknown_type(purpose))?;
        match self.currency.as_deref() {
            None | Some("KRW" | "krw" | "0") => Ok(Asked { purpose, number }),
            Some(_) => Err(Refusal::new(ErrorCode::FieldInvalid, "currency").hint("KRW")),
        }
    }
}

/// The refusal of a `cash_receipt_type` that there is not.
#[must_use]
pub fn unknown_type(sent: &str) -> Refusal {
    let hint = crate::nearest::hint(sent, &["소득공제", "지출증빙"]);
    Refusal::new(ErrorCode::FieldInvalid, "cash_receipt_type").hint(hint)
}

/// A resident number must not be taken by law, whatever it is sent as. Errors: `SUBSCRIBE_AT_RESIDENT_NUMBER_REFUSED`.
pub fn refuse_resident_number(text: &str, field: &'static str) -> Result<(), Refusal> {
    let is_separator = |c: char| matches!(c, '-' | ' ' | '.');
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits == 13 && text.chars().all(|c| c.is_ascii_digit() || is_separator(c)) {
        return Err(Refusal::new(ErrorCode::ResidentNumberRefused, field).hint("01012345678"));
    }
    Ok(())
}

/// Whether a cash receipt can be issued to `digits`: a phone, a business number or a card number.
fn check_number(digits: &str) -> Result<(), Refusal> {
    refuse_resident_number(digits, "identity_no")?;
    if (9..=19).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    Err(Refusal::new(ErrorCode::FieldInvalid, "identity_no").hint("01012345678, 사업자등록번호 10자리, 카드번호"))
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

/// Errors: `RC_CASH_RECEIPT_CONFLICT` when a different one is there or under way.
pub fn decide(earlier: Option<&CashReceipt>, print: Fingerprint) -> Result<Decision, Refusal> {
    let Some(earlier) = earlier else {
        return Ok(Decision::Issue);
    };
    match (earlier.state, earlier.fingerprint == Some(print)) {
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

impl Asked {
    /// Stands for a request for the receipt of a payment.
    #[must_use]
    pub fn print_for(&self, payment: ReceiptId, pepper: &Pepper) -> Fingerprint {
        let parts = [&payment.to_string(), self.purpose.wire_name(), self.number.reveal()];
        pepper.hash("cash_receipt", &parts)
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
            origin: Origin::Alone,
            fingerprint: Some(pepper.hash("cash_receipt_alone", &parts)),
            metadata: sent.metadata.clone(),
            purchased_at: purchased_at(sent.purchased_at.as_deref())?,
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

fn purchased_at(sent: Option<&str>) -> Result<Option<EpochMs>, Refusal> {
    let read = |text| {
        let read = crate::reserve::parse_when(text);
        read.ok_or_else(|| Refusal::new(ErrorCode::FieldInvalid, "purchased_at").hint("2026-01-01T00:00:00+09:00"))
    };
    sent.map(read).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(number: &str) -> Result<(), ErrorCode> {
        let fields = IssueFields {
            identity_no: Some(Sensitive::new(number)),
            cash_receipt_type: Some("1".to_owned()),
            currency: None,
        };
        fields.read().map(drop).map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_phone_a_business_or_a_card_is_a_number_and_a_resident_number_is_refused() {
        for good in ["010-1234-5678", "1208147521", "4111 1111 1111 1111"] {
            assert_eq!(read(good), Ok(()), "{good}");
        }
        assert_eq!(read("900101-1234567"), Err(ErrorCode::ResidentNumberRefused));
        for bad in ["", "010", "0101234567a", "12345678901234567890"] {
            assert_eq!(read(bad), Err(ErrorCode::FieldInvalid), "{bad}");
        }
    }
}
