//! Destroying a key: final, and ours before it is the PG's.

use super::BillingKey;
use crate::error::{ErrorCode, Refusal};
use crate::ids::{BillingKeyId, ReceiptId};
use crate::mandate::KeyEnd;
use crate::time::EpochMs;

/// A key's end.
#[derive(Debug, Clone)]
pub struct KeyDestroyed {
    pub billing_key: BillingKeyId,
    /// The issuance that it came from.
    pub receipt_id: ReceiptId,
    pub at: EpochMs,
    pub end: KeyEnd,
}

/// Decides that `key` is dead from `now` on, as `end` says. The PG is told afterwards, as often as it takes.
///
/// Errors: `SUBSCRIBE_BK_EXPIRED` when it is dead already.
pub fn destroy(key: &BillingKey, end: KeyEnd, now: EpochMs) -> Result<KeyDestroyed, Refusal> {
    if key.is_destroyed() {
        return Err(Refusal::of(ErrorCode::KeyExpired));
    }
    Ok(KeyDestroyed {
        billing_key: key.id,
        receipt_id: key.receipt_id,
        at: now,
        end,
    })
}
