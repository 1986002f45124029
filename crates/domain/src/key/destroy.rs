//! Destroying a key: final, and ours before it is the PG's.

use super::BillingKey;
use crate::error::{ErrorCode, Refusal};
use crate::ids::BillingKeyId;
use crate::time::EpochMs;

/// A key's end.
#[derive(Debug, Clone, Copy)]
pub struct KeyDestroyed {
    pub billing_key: BillingKeyId,
    pub at: EpochMs,
}

/// Decides that `key` is dead from `now` on. The PG is told afterwards, as often as it takes.
///
/// Errors: `SUBSCRIBE_BK_EXPIRED` when it is dead already.
pub fn destroy(key: &BillingKey, now: EpochMs) -> Result<KeyDestroyed, Refusal> {
    if key.is_destroyed() {
        return Err(Refusal::of(ErrorCode::KeyExpired));
    }
    Ok(KeyDestroyed {
        billing_key: key.id,
        at: now,
    })
}
