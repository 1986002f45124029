//! A request for a reserve.

use super::{Reserve, ReserveState};
use crate::error::{ErrorCode, Refusal};
use crate::fingerprint::Pepper;
use crate::ids::{ProjectId, ReserveId};
use crate::key::BillingKey;
use crate::payment::Order;
use crate::time::{BILLING_KEY_END, BILLING_KEY_EXPIRES_AT, EpochMs};

/// Decides on a reserve of `order` on `key`. How many the key has already is the store's to check.
///
/// Errors: `SUBSCRIBE_BK_EXPIRED`; a time that is missing, unreadable, past, or after the key's end.
pub fn request(
    order: Order,
    key: &BillingKey,
    execute_at: Option<&str>,
    (project_id, id): (ProjectId, ReserveId),
    pepper: &Pepper,
    now: EpochMs,
) -> Result<Reserve, Refusal> {
    let reserve = asked(order, key, execute_at, (project_id, id), pepper, now)?;
    if key.is_destroyed() {
        return Err(Refusal::new(ErrorCode::KeyExpired, "billing_key"));
    }
    if reserve.execute_at <= now {
        return Err(Refusal::new(ErrorCode::ReserveTimePast, "reserve_execute_at").hint(format!("> {}", now.to_wire())));
    }
    if reserve.execute_at > BILLING_KEY_END {
        let hint = format!("<= {BILLING_KEY_EXPIRES_AT} (billing_expire_at)");
        return Err(Refusal::new(ErrorCode::ReserveTimeInvalid, "reserve_execute_at").hint(hint));
    }
    Ok(reserve)
}

/// What is asked for, whether or not it can still be had: an earlier, equal request is known by it.
pub fn asked(
    order: Order,
    key: &BillingKey,
    execute_at: Option<&str>,
    (project_id, id): (ProjectId, ReserveId),
    pepper: &Pepper,
    now: EpochMs,
) -> Result<Reserve, Refusal> {
    let execute_at = execute_at.and_then(crate::written_time::parse).ok_or_else(|| {
        Refusal::new(ErrorCode::ReserveTimeInvalid, "reserve_execute_at").hint("2026-12-31T09:00:00+09:00")
    })?;
    let identity = format!("{} {}", key.id, execute_at.0);
    Ok(Reserve {
        id,
        project_id,
        billing_key: key.id,
        fingerprint: crate::payment::fingerprint(&order, &identity, pepper),
        order,
        seq: 1,
        state: ReserveState::Waiting,
        requested_at: now,
        execute_at,
        due_at: execute_at,
        started_at: None,
        finished_at: None,
        revoked_at: None,
        receipt_id: None,
        failure: None,
    })
}
