//! The cash receipt that the PG issues with a debit.

use super::CashReceiptPurpose;
use crate::money::Won;

/// What the PG's answer to a debit says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CashReceiptWithDebit {
    pub tid: String,
    pub approve_no: String,
    pub purpose: CashReceiptPurpose,
    pub price: Won,
}
