//! One cash receipt.

use std::sync::Arc;

use nice::payment::ReceiptType;

use super::fingerprint::Fingerprint;
use super::ids::Tid;

/// Where a cash receipt stands in the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiptNo(pub u32);

/// A cash receipt in memory.
pub struct Receipt {
    pub tid: Tid,
    pub order_id: Arc<str>,
    /// KRW.
    pub amount: u64,
    pub receipt_type: ReceiptType,
    /// Of the phone, the business number or the card that it was issued to.
    pub number: Fingerprint,
    pub issued_at_ms: i64,
    pub cancelled_at_ms: Option<i64>,
}
