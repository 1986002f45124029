//! A mandate: what the payer agreed to when they consented, and what became of it. Its record is a chain of events, each of which
//! carries the hash of the one before: kept beside the key, never changed, and given out whole.

mod act;
mod terms;

pub use act::{KeyEnd, MandateAct, Notice, PriceChange, Withdrawal};
pub use terms::{EachDebit, MandateTerms, WORDING_CHARACTERS_MAX, keepable};

use crate::ids::{ProjectId, ReceiptId};
use crate::time::EpochMs;

/// One event of a mandate's record, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MandateEvent {
    pub project_id: ProjectId,
    /// The issuance that the mandate was given with.
    pub receipt_id: ReceiptId,
    /// Its place in the record, from 1.
    pub number: u32,
    pub at: EpochMs,
    /// What happened: a JSON object, in exactly the bytes that were hashed.
    pub entry: String,
    /// SHA-256 over the receipt, the number, the hash of the event before, and the entry; in hexadecimal digits.
    pub hash: String,
    /// Of the hash, by the installation: Ed25519, in Base64.
    pub signature: String,
}
