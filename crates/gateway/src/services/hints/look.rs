//! A look at the PG out of turn, and what follows from it: the same as from a look in turn.

use std::sync::Arc;

use domain::due::DueKind;
use domain::issuance::Issuance;
use domain::payment::{Cancel, CancelState, Comparison, Payment, PaymentState, PgReport, StepOutcome};
use domain::transition::Actor;
use pg::ConsentSeen;
use store::{CommitError, LeaseRequest, Leased, ReadError};

use super::{Became, Subject};
use crate::services::Services;
use crate::services::issuance::probe;
use crate::services::payment::{late_answer, pg_report, reconcile, resolution, resolve_cancel};

pub async fn look(services: &Arc<Services>, subject: Subject) -> Result<Became, ReadError> {
    match subject {
        Subject::Payment(payment) => match payment.state {
            PaymentState::InDoubt | PaymentState::NeedsReview => without_verdict(services, &payment).await,
            _ => debited(services, *payment).await,
        },
        Subject::Issuance(issuance) => Ok(consent(services, issuance).await),
    }
}

/// What the PG says of a debit without a verdict is a step of its resolution, which goes on from it at once. That it is not there is none:
/// when that is believed is the resolution's to say.
async fn without_verdict(services: &Services, payment: &Payment) -> Result<Became, ReadError> {
    let outcome = match pg_report::pg_report(services, payment).await {
        PgReport::Paid { debit, .. } => StepOutcome::Paid(debit),
        PgReport::Failed(decline) => StepOutcome::Failed(decline),
        PgReport::Cancelled => StepOutcome::Cancelled,
        PgReport::Nothing | PgReport::Silent => return Ok(Became::NothingNew),
    };
    let (project, receipt_id) = (payment.project_id, payment.receipt_id);
    let steps = services.store().resolution_steps(project, receipt_id).await?;
    let changes = late_answer::told(payment, steps.len(), outcome, services.now_of(project));
    Ok(match services.ledger.commit(project, changes).await {
        Ok(()) => {
            services.clocks.wake_workers();
            Became::Moved
        }
        // A worker has made a step meanwhile.
        Err(CommitError::Refused(_)) => Became::InOtherHands,
        Err(error) => {
            tracing::debug!(%error, %receipt_id, "what a look has shown was not written: the resolution looks itself");
            Became::Dropped
        }
    })
}

/// A cancel of it without an outcome has its turn now; otherwise what somebody gave back in the PG's back office is written down.
async fn debited(services: &Arc<Services>, payment: Payment) -> Result<Became, ReadError> {
    if let Some(open) = open_cancel(services, &payment).await? {
        // One that is asked for at this moment is waited for: the hint may be of another one, which nobody would look for after it.
        let Some(mut asked) = services.in_flight.cancels.subscribe(open.id) else {
            return Ok(cancel(services, &payment, open).await);
        };
        tokio::select! {
            // Nothing is shown of a cancel: that it is not registered any more is its end.
            _ = asked.wait_for(|_| false) => {}
            () = services.stopping.cancelled() => return Ok(Became::Dropped),
        }
        if let Some(open) = open_cancel(services, &payment).await? {
            return Ok(cancel(services, &payment, open).await);
        }
    }
    let Some(payment) = services.store().payment(payment.project_id, payment.receipt_id).await? else {
        return Ok(Became::Unknown);
    };
    let Ok(compared) = reconcile::compared(services, payment).await else {
        return Ok(Became::Dropped);
    };
    let receipt_id = compared.payment.receipt_id;
    match compared.found {
        Some(Comparison::GivenBackThere { more }) => {
            tracing::warn!(%receipt_id, more = more.get(), "somebody has given money back at the PG: it is written down here");
            let note = "told by a webhook of the PG";
            let recorded = reconcile::record_given_back(services, &compared.payment, more, (Actor::Worker, note)).await;
            Ok(if recorded.is_ok() {
                Became::Moved
            } else {
                Became::InOtherHands
            })
        }
        Some(Comparison::NotDebitedThere | Comparison::NotGivenBackThere { .. }) => {
            let found = compared.found.as_ref().map_or("", Comparison::name);
            tracing::error!(%receipt_id, found, "the PG says otherwise than this gateway: see `jadong reconcile`");
            Ok(Became::NothingNew)
        }
        _ => Ok(Became::NothingNew),
    }
}

async fn open_cancel(services: &Services, payment: &Payment) -> Result<Option<Cancel>, ReadError> {
    let cancels = services.store().cancels(payment.project_id, payment.receipt_id).await?;
    Ok(cancels.into_iter().find(|cancel| cancel.state == CancelState::Intended))
}

/// As a worker's turn, unless somebody else has it.
async fn cancel(services: &Arc<Services>, payment: &Payment, cancel: Cancel) -> Became {
    let (project, now, lease) = (payment.project_id, services.clocks.machine_now(), services.ids.lease());
    let until = resolution::lease_until(services, now);
    let asked = LeaseRequest {
        now,
        until,
        limit: 1,
        lease,
    };
    let work = (DueKind::Cancel, cancel.id.0);
    match services.store().take_work(project, work, asked).await {
        Ok(true) => {}
        Ok(false) => return Became::InOtherHands,
        Err(_) => return Became::Dropped,
    }
    let of = cancel.clone();
    let leased = Leased {
        project,
        lease,
        until,
        of,
    };
    if let Err(refusal) = resolve_cancel(services, &leased).await {
        tracing::debug!(code = refusal.code.name(), cancel = %cancel.id, "a cancel was looked up, and is again in its time");
    }
    match open_cancel(services, payment).await {
        Ok(open) if open.as_ref().is_none_or(|open| open.id != cancel.id) => Became::Moved,
        _ => Became::NothingNew,
    }
}

/// Whoever follows it here asks at once; where nobody does, because nobody waits for it, this asks. A publish that is found out is
/// somebody's always: here it is woken, elsewhere it asks in its time.
async fn consent(services: &Arc<Services>, issuance: Arc<Issuance>) -> Became {
    let before = issuance.seq;
    if services.in_flight.issuances.is_registered(issuance.receipt_id) || !issuance.state.awaits_consent() {
        services.consent_wakeups.wake(issuance.receipt_id);
        return Became::InOtherHands;
    }
    if services.capabilities(issuance.project_id).consent_seen != ConsentSeen::ByRegistering {
        return Became::InOtherHands;
    }
    match probe::decided_by_now(services, issuance).await {
        Ok(now) if now.seq != before => Became::Moved,
        Ok(_) => Became::NothingNew,
        Err(_) => Became::Dropped,
    }
}
