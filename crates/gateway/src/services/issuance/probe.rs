//! Consent at a PG that shows it only by making the key: it is asked while somebody waits for the answer, by the publish after that,
//! and by nobody in between.

use std::sync::Arc;

use domain::change::Change;
use domain::due::DueKind;
use domain::issuance::{self, ConsentReport, Issuance, IssuanceTransition};
use domain::transition::Actor;
use domain::{EpochMs, ErrorCode, Refusal};
use pg::{Outcome, RegisterKeyRequest, RegisterRefusal};
use store::{CommitError, CommitRefused};

use super::consent::Report;
use crate::services::Services;
use crate::services::kept_outcomes::PgOutcome;
use crate::support::InFlightGuard;

/// Within this whoever follows a consent has asked once more.
const PROBED_WITHIN_MS: u64 = 6_000;

/// Until when the request that began it may still be held.
pub fn probed_until(services: &Services, issuance: &Issuance) -> EpochMs {
    let hold_ms = u64::try_from(services.settings.timing.consent_hold.as_millis()).unwrap_or(u64::MAX);
    issuance.requested_at.plus_ms(hold_ms).min(issuance.consent_expires_at)
}

/// Nobody waits any more: the publish asks next, in any gateway, or the worker ends it in time.
pub async fn leave(services: &Arc<Services>, guard: InFlightGuard<Issuance>, issuance: Arc<Issuance>) {
    let (kind, object) = (DueKind::Consent, issuance.receipt_id.0);
    let at = issuance.consent_expires_at;
    // As long as it is ours; then nobody's.
    let left = Change::Schedule {
        kind,
        object,
        at: Some(at),
        held: Some(services.lease),
    };
    match services.ledger.commit(issuance.project_id, vec![left]).await {
        // Somebody else has it since, who publishes it.
        Ok(()) | Err(CommitError::Refused(CommitRefused::LostRace)) => {}
        // The lease runs out by itself, and whoever takes it leaves it again.
        Err(error) => {
            tracing::warn!(%error, receipt_id = %issuance.receipt_id, "a consent that nobody waits for is held on to");
        }
    }
    guard.finish(issuance);
}

/// Asks for the key, which is there when the customer has agreed. It is the same key when the merchant publishes, and ends with the
/// consent when nobody does.
pub async fn probe(services: &Services, issuance: &Issuance, actor: Actor) -> Option<IssuanceTransition> {
    let tid = issuance.pg_tid.clone()?;
    let asked = RegisterKeyRequest {
        order_id: issuance.pg_order_id(),
        tid: tid.clone(),
    };
    let at = services
        .clocks
        .call_time(issuance.project_id)
        .at_bank(&issuance.terms.shown.bank_code)
        .sent_by(services.send_by());
    let seen = match services.pg.connector.register_key(asked, at).await {
        Outcome::Done(_) => ConsentReport::Agreed { tid },
        // Whether the customer has refused or the PG is not told.
        Outcome::Refused {
            reason: RegisterRefusal::Final,
            pg,
        } => ConsentReport::Over {
            code: ErrorCode::RequestRefused,
            pg,
        },
        Outcome::Refused {
            reason: RegisterRefusal::NotAgreed,
            ..
        }
        | Outcome::NotSent(_)
        | Outcome::Unknown(_) => return None,
    };
    issuance::consent_reported(issuance, seen, actor, services.now_of(issuance.project_id))
}

/// The issuance as it is once the PG was asked whether its customer has agreed, for a publish: by this call, or by whoever follows
/// the consent in this process. Errors: it cannot be written or read.
pub async fn decided_by_now(services: &Arc<Services>, issuance: Arc<Issuance>) -> Result<Arc<Issuance>, Refusal> {
    let (project, id) = (issuance.project_id, issuance.receipt_id);
    if let Some(mut seen) = services.in_flight.issuances.subscribe(id) {
        let until = services.now_of(project).plus_ms(PROBED_WITHIN_MS);
        tokio::select! {
            _ = seen.wait_for(|issuance| !issuance.state.awaits_consent()) => {}
            () = services.clocks.sleep_until(project, until) => {}
            () = services.stopping.cancelled() => {}
        }
        let now = services.store().issuance(project, id).await?;
        return Ok(now.map_or(issuance, Arc::new));
    }
    if services.now_of(project) >= issuance.consent_expires_at {
        return Ok(issuance);
    }
    services.pg.poll_budget.turn(project).await;
    let Some(step) = probe(services, &issuance, Actor::Api).await else {
        return Ok(issuance);
    };
    let mut report = Report {
        issuance: issuance.clone(),
        step,
    };
    Ok(report.record(services).await?.unwrap_or(issuance))
}
