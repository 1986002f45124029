//! What the PG reports of the consent call.

use super::{Issuance, IssuanceState, IssuanceTransition};
use crate::error::{ErrorCode, PgMessage};
use crate::time::EpochMs;
use crate::transition::{Actor, Failure};

/// A definite report of the PG. An unknown one is no report: the issuance stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsentReport {
    /// Called, no decision yet.
    Ringing {
        tid: String,
        /// Where the customer decides, at a PG that calls nobody; told once, by the start.
        link: Option<String>,
    },
    Agreed {
        tid: String,
    },
    /// Over without consent: `code` says how.
    Over {
        code: ErrorCode,
        pg: PgMessage,
    },
}

/// Decides on a report. No change when it says nothing new, or comes after the consent has ended.
#[must_use]
pub fn consent_reported(
    issuance: &Issuance,
    seen: ConsentReport,
    actor: Actor,
    now: EpochMs,
) -> Option<IssuanceTransition> {
    if !issuance.state.awaits_consent() {
        return None;
    }
    match seen {
        ConsentReport::Ringing { .. } if issuance.state == IssuanceState::Consenting => None,
        ConsentReport::Ringing { tid, link } => {
            let mut step = issuance.step(IssuanceState::Consenting, now, actor);
            step.pg_tid = Some(tid);
            step.consent_url = link;
            Some(step)
        }
        ConsentReport::Agreed { tid } => {
            let mut step = issuance.step(IssuanceState::Consented, now, actor);
            step.pg_tid = Some(tid);
            Some(step)
        }
        ConsentReport::Over { code, pg } => {
            let to = if code == ErrorCode::ConsentExpired {
                IssuanceState::Expired
            } else {
                IssuanceState::Refused
            };
            let mut step = issuance.step(to, now, actor);
            step.failure = Some(Failure { code, pg: Some(pg) });
            Some(step)
        }
    }
}

/// Decides that the PG never received the request: nobody was called, and the subscription id is free again.
#[must_use]
pub fn not_started(issuance: &Issuance, actor: Actor, now: EpochMs) -> Option<IssuanceTransition> {
    if issuance.state != IssuanceState::Requested {
        return None;
    }
    let mut step = issuance.step(IssuanceState::Failed, now, actor);
    step.failure = Some(Failure {
        code: ErrorCode::PgUnavailable,
        pg: None,
    });
    Some(step)
}
