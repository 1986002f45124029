//! Publishing: the merchant confirms, the PG registers the key, and the outcome is decided on.

use super::{Issuance, IssuanceState, IssuanceTransition, IssuedBy, IssuedKey};
use crate::error::{ErrorCode, PgMessage, Refusal};
use crate::ids::BillingKeyId;
use crate::key::BillingKey;
use crate::time::EpochMs;
use crate::transition::{Actor, Failure};

/// What a publish call leads to.
#[derive(Debug)]
pub enum PublishStep {
    /// Commit the change, then ask the PG for the key.
    Ask(Box<IssuanceTransition>),
    /// An earlier publish is under way or in doubt: wait for its outcome, do not ask again.
    Wait,
    /// The key exists, but the publish that asked for it was never answered.
    Replay,
}

/// Decides on a publish call.
///
/// Errors: `SUBSCRIBE_REQUEST_FAILED` while the customer has not decided; `SUBSCRIBE_PUBLISH_NOT_READY` when the receipt is
/// not waiting (already published, refused, expired), with the reason as hint.
pub fn publish(issuance: &Issuance, now: EpochMs) -> Result<PublishStep, Refusal> {
    match issuance.state {
        IssuanceState::Requested | IssuanceState::Consenting => {
            if now >= issuance.consent_expires_at {
                return Err(not_ready(issuance).hint(hint_for(ErrorCode::ConsentExpired)));
            }
            Err(Refusal::of(ErrorCode::ConsentPending))
        }
        IssuanceState::Consented if now >= issuance.consent_expires_at => {
            Err(not_ready(issuance).hint(hint_for(ErrorCode::ConsentExpired)))
        }
        IssuanceState::Consented => Ok(PublishStep::Ask(Box::new(issuance.step(
            IssuanceState::Publishing,
            now,
            Actor::Api,
        )))),
        IssuanceState::Publishing | IssuanceState::InDoubt => Ok(PublishStep::Wait),
        IssuanceState::Issued if issuance.issued.is_some_and(|issued| issued.by == IssuedBy::Recovery) => {
            Ok(PublishStep::Replay)
        }
        IssuanceState::Issued | IssuanceState::Refused | IssuanceState::Expired | IssuanceState::Failed => {
            Err(not_ready(issuance))
        }
    }
}

fn not_ready(issuance: &Issuance) -> Refusal {
    let refusal = Refusal::of(ErrorCode::PublishNotReady);
    match &issuance.failure {
        Some(failure) => refusal.hint(hint_for(failure.code)).pg(failure.pg.clone()),
        None if issuance.state == IssuanceState::Issued => {
            refusal.hint("이미 발급되었습니다: GET /v2/subscribe/billing_key/{receipt_id} (already issued)")
        }
        None => refusal,
    }
}

fn hint_for(code: ErrorCode) -> String {
    format!("{}: {} ({})", code.name(), code.korean(), code.english())
}

/// What the PG said when it was asked for the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registration {
    Registered {
        bid: String,
    },
    Refused {
        pg: PgMessage,
    },
    /// Nothing was sent: the consent still waits for a publish.
    NotSent,
    Unknown,
}

/// What the PG's answer comes to.
#[derive(Debug, Clone)]
pub struct Registered {
    pub step: IssuanceTransition,
    /// The key that was issued.
    pub key: Option<BillingKey>,
}

fn without_key(step: IssuanceTransition) -> Option<Registered> {
    Some(Registered { step, key: None })
}

/// Decides on the PG's answer. `new_key` is the id that the key gets if there is one.
#[must_use]
pub fn registered(
    issuance: &Issuance,
    registration: Registration,
    actor: Actor,
    new_key: BillingKeyId,
    now: EpochMs,
) -> Option<Registered> {
    if !matches!(issuance.state, IssuanceState::Publishing | IssuanceState::InDoubt) {
        return None;
    }
    match registration {
        Registration::Registered { bid } => {
            let by = if actor == Actor::Api {
                IssuedBy::Publish
            } else {
                IssuedBy::Recovery
            };
            let mut step = issuance.step(IssuanceState::Issued, now, actor);
            step.issued = Some(IssuedKey {
                billing_key: new_key,
                by,
            });
            let key = BillingKey {
                id: new_key,
                project_id: issuance.project_id,
                receipt_id: issuance.receipt_id,
                bid,
                shown: issuance.terms.shown.clone(),
                issued_at: now,
                destroyed_at: None,
            };
            Some(Registered { step, key: Some(key) })
        }
        Registration::Refused { pg } => {
            let mut step = issuance.step(IssuanceState::Failed, now, actor);
            step.failure = Some(Failure {
                code: ErrorCode::PublishRefused,
                pg: Some(pg),
            });
            without_key(step)
        }
        Registration::NotSent => without_key(issuance.step(IssuanceState::Consented, now, actor)),
        Registration::Unknown if issuance.state == IssuanceState::Publishing => {
            without_key(issuance.step(IssuanceState::InDoubt, now, actor))
        }
        Registration::Unknown => None,
    }
}
