//! The end of an issuance that nobody finished in time.

use super::{Issuance, IssuanceState, IssuanceTransition};
use crate::error::ErrorCode;
use crate::time::EpochMs;
use crate::transition::{Actor, Failure};

/// Decides that an open consent has lasted long enough. No change before its time, or once a key is being asked for.
#[must_use]
pub fn expire(issuance: &Issuance, now: EpochMs) -> Option<IssuanceTransition> {
    let may_expire = issuance.state.may_become(IssuanceState::Expired);
    if !may_expire || now < issuance.consent_expires_at {
        return None;
    }
    let mut step = issuance.step(IssuanceState::Expired, now, Actor::Worker);
    step.failure = Some(Failure {
        code: ErrorCode::ConsentExpired,
        pg: None,
    });
    Some(step)
}
