//! A request for a cash receipt: its rules, and what an earlier one makes of it.

use super::number::{read as read_number, refuse_resident_number};
use super::{CashReceipt, CashReceiptOrigin, CashReceiptPurpose, CashReceiptState};
use crate::error::{ErrorCode, Refusal};
use crate::fingerprint::{Fingerprint, Pepper};
use crate::ids::{ProjectId, ReceiptId};
use crate::sensitive::Sensitive;

/// To whom and for what, as sent.
#[derive(Debug, Clone, Default)]
pub struct CashReceiptFields {
    pub identity_no: Option<Sensitive>,
    pub cash_receipt_type: Option<String>,
    pub currency: Option<String>,
}

/// The same, once it passed the rules. Holds what must not be stored.
#[derive(Clone)]
pub struct CashReceiptRequest {
    pub purpose: CashReceiptPurpose,
    /// Digits only.
    pub number: Sensitive,
}

impl CashReceiptFields {
    /// Errors: `SUBSCRIBE_AT_RESIDENT_NUMBER_REFUSED`; `FIELD_INVALID` for anything else.
    pub fn read(&self) -> Result<CashReceiptRequest, Refusal> {
        let sent = self.identity_no.as_ref().map_or("", Sensitive::reveal);
        // The law first, whatever else is wrong.
        refuse_resident_number(sent, "identity_no")?;
        let purpose = self.cash_receipt_type.as_deref().unwrap_or("");
        let purpose = CashReceiptPurpose::parse(purpose).ok_or_else(|| unknown_type(purpose))?;
        let number = read_number(sent, purpose, "identity_no")?;
        if self.currency.as_deref().is_none_or(is_won) {
            return Ok(CashReceiptRequest { purpose, number });
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
    let hint = crate::suggest::hint(sent, &["소득공제", "지출증빙"]);
    Refusal::new(ErrorCode::FieldInvalid, "cash_receipt_type").hint(hint)
}

/// What an earlier receipt makes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CashReceiptDecision {
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
pub fn decide(earlier: Option<&CashReceipt>, is_same: bool) -> Result<CashReceiptDecision, Refusal> {
    let Some(earlier) = earlier else {
        return Ok(CashReceiptDecision::Issue);
    };
    match (earlier.state, is_same) {
        // One that came with the debit and was taken back was never asked for: this is the first request.
        (CashReceiptState::Cancelled, _) if earlier.origin == CashReceiptOrigin::Debit => {
            Ok(CashReceiptDecision::Issue)
        }
        (CashReceiptState::Failed, _) | (CashReceiptState::Cancelled, false) => Ok(CashReceiptDecision::Issue),
        (CashReceiptState::Intended, true) => Ok(CashReceiptDecision::Resume),
        (CashReceiptState::Issued | CashReceiptState::Cancelling | CashReceiptState::Cancelled, true) => {
            Ok(CashReceiptDecision::Replay)
        }
        (CashReceiptState::Intended | CashReceiptState::Issued | CashReceiptState::Cancelling, false) => {
            Err(Refusal::new(ErrorCode::CashReceiptConflict, "receipt_id")
                .hint(format!("{} ({})", earlier.state.name(), earlier.origin.name()))
                .receipt(earlier.receipt_id))
        }
    }
}

/// Stands for whom a receipt is issued to, and for what. The number itself is not kept.
#[must_use]
pub fn number_fingerprint(
    project: ProjectId,
    purpose: CashReceiptPurpose,
    number: &Sensitive,
    pepper: &Pepper,
) -> Fingerprint {
    let parts = [&project.to_string(), purpose.wire_name(), number.reveal()];
    pepper.hash("cash_receipt_number", &parts)
}

impl CashReceiptRequest {
    /// Stands for a request for the receipt of a payment.
    #[must_use]
    pub fn fingerprint_for(&self, payment: ReceiptId, pepper: &Pepper) -> Fingerprint {
        let parts = [&payment.to_string(), self.purpose.wire_name(), self.number.reveal()];
        pepper.hash("cash_receipt", &parts)
    }

    /// Stands for the purpose and the number alone.
    #[must_use]
    pub fn number_fingerprint(&self, project: ProjectId, pepper: &Pepper) -> Fingerprint {
        number_fingerprint(project, self.purpose, &self.number, pepper)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn won_has_several_names_and_dollars_are_refused() {
        let read = |currency: &str| {
            let fields = CashReceiptFields {
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
}
