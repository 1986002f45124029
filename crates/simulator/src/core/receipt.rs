//! One cash receipt.

use std::sync::Arc;

use nicepay::payment::ReceiptType;
use serde::{Deserialize, Serialize};

use super::fingerprint::SimulatorFingerprint;
use super::ids::Tid;
use super::payment::PaymentNo;

/// Where a cash receipt stands in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiptNo(pub u32);

/// To whom and for what every charge of a key is receipted.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct StandingReceipt {
    pub receipt_type: ReceiptType,
    pub number: SimulatorFingerprint,
}

/// When it was issued and taken back, at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiptTimes {
    pub issued_at_ms: i64,
    pub cancelled_at_ms: Option<i64>,
}

/// A cash receipt in memory.
pub struct SimulatedReceipt {
    pub tid: Tid,
    pub order_id: Arc<str>,
    /// KRW.
    pub amount: u64,
    pub receipt_type: ReceiptType,
    /// Of the phone, the business number or the card that it was issued to.
    pub number: SimulatorFingerprint,
    /// The charge that brought it: it lives and dies with the money.
    pub payment: Option<PaymentNo>,
    pub issued_at_ms: i64,
    pub cancelled_at_ms: Option<i64>,
}
