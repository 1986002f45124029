//! What a PG knows: the answers to questions that change nothing.

use domain::issuance::ConsentReport;
use domain::key::MaskedAccount;
use domain::payment::{Debit, Decline};
use domain::{EpochMs, Won};

/// What the PG knows of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsentLookup {
    /// It never received it, or not yet.
    Nothing,
    Consent {
        seen: ConsentReport,
        /// The key, once registered.
        bid: Option<String>,
    },
}

/// What the PG knows of a debit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentLookup {
    /// It never received it, or not yet.
    Nothing,
    Paid(PaymentRecord),
    Failed(Decline),
    Cancelled(PaymentRecord),
}

/// A debit that happened, with what was given back of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRecord {
    pub debit: Debit,
    pub balance: Won,
    /// The order ids of its cancels; `None` where the PG does not tell them.
    pub cancel_orders: Option<Vec<String>>,
}

/// A cash receipt that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CashReceiptRecord {
    pub tid: String,
    pub approve_no: String,
}

/// What the PG knows of a cash receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CashReceiptLookup {
    /// It never received it, or not yet.
    Nothing,
    Issued(CashReceiptRecord),
    Cancelled(CashReceiptRecord),
}

/// What the PG knows of a key that somebody else asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyLookup {
    /// It has none of that id, or it is another merchant's.
    Nothing,
    /// It was ended.
    Dead,
    Key(KeyRecord),
}

/// A key that can be debited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    pub shown: MaskedAccount,
    pub issued_at: EpochMs,
}
