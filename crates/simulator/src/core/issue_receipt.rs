//! Issue a cash receipt.

use jiff::civil::DateTime;
use nicepay::codes;
use nicepay::payment::ReceiptType;

use super::event::{Event, ReceiptIssued};
use super::fingerprint::{FingerprintKey, SimulatorFingerprint};
use super::ids::Tid;
use super::payer::digits;
use super::pg::SimulatedPg;
use super::refusal::PgRefusal;

/// The command.
pub struct IssueReceipt<'a> {
    pub order_id: &'a str,
    /// KRW.
    pub amount: u64,
    pub receipt_type: ReceiptType,
    pub number: SimulatorFingerprint,
}

/// A receipt's number as the bank remembers it: of 9 to 19 digits, but never of 13, which may be a resident number.
#[must_use]
pub fn read_number(text: &str, fingerprints: &FingerprintKey) -> Option<SimulatorFingerprint> {
    let digits = digits(text).filter(|digits| (9..=19).contains(&digits.len()) && digits.len() != 13)?;
    Some(fingerprints.receipt(&digits))
}

/// `U112` for an order that was used, `U127` for an amount of nothing.
pub fn issue_receipt(
    bank: &SimulatedPg,
    receipt: &IssueReceipt<'_>,
    now_ms: i64,
    in_korea: DateTime,
) -> Result<Event, PgRefusal> {
    if bank.is_used(receipt.order_id) {
        return Err(PgRefusal(codes::DUPLICATE_ORDER));
    }
    if receipt.amount == 0 {
        return Err(PgRefusal(codes::AMOUNT_REFUSED));
    }
    Ok(Event::ReceiptIssued(ReceiptIssued {
        order_id: receipt.order_id.into(),
        tid: Tid::next(bank.last_tid, in_korea),
        amount: receipt.amount,
        receipt_type: receipt.receipt_type,
        number: receipt.number,
        at_ms: now_ms,
    }))
}
