//! What a decision rests on besides the rows that it changes.

use crate::ids::{BillingKeyId, ReceiptId};
use crate::money::Won;

/// What a decision rests on besides the rows that it changes: true when it was read, and still true when it is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition {
    /// The payment has made no transition since number `seq`.
    PaymentAt { receipt_id: ReceiptId, seq: u32 },
    /// There is the key, whether or not it can be debited: what is added to its record has something to belong to.
    KeyOnRecord(BillingKeyId),
    /// The key is not destroyed.
    KeyActive(BillingKeyId),
    /// No debit of the key over this amount is without its outcome.
    NoneOpen { billing_key: BillingKeyId, price: Won },
}
