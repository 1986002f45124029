//! A look at the PG out of turn, and what follows from it: the same as from a look in turn.

use std::sync::Arc;

use domain::Won;
use domain::due::DueKind;
use domain::issuance::Issuance;
use domain::payment::{Cancel, CancelState, Comparison, Payment, PaymentState, PgReport, StepOutcome};
use domain::transition::Actor;
use pg::{Outcome, PaymentLookup};
use store::{CommitError, LeaseRequest, Leased, ReadError};

use super::{Became, Subject};
use crate::services::Services;
use crate::services::payment::{Resend, late_answer, pg_report, reconcile, resolution, resolve_cancel};

pub async fn look(services: &Arc<Services>, subject: Subject) -> Result<Became, ReadError> {
    match subject {
        Subject::Payment(payment) => match payment.state {
            PaymentState::InDoubt | PaymentState::NeedsReview => without_verdict(services, &payment).await,
            _ => debited(services, *payment).await,
        },
        Subject::Issuance(issuance) => Ok(consent(services, &issuance)),
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
    let mut became = Became::NothingNew;
    if let Some(open) = open_cancel(services, &payment).await? {
        // One that is asked for at this moment is waited for: the hint may be of another one, which nobody would look for after it.
        if let Some(mut asked) = services.in_flight.cancels.subscribe(open.id) {
            tokio::select! {
                // Nothing is shown of a cancel: that it is not registered any more is its end.
                _ = asked.wait_for(|_| false) => {}
                () = services.stopping.cancelled() => return Ok(Became::Dropped),
            }
        }
        if let Some(open) = open_cancel(services, &payment).await? {
            became = cancel(services, &payment, open).await;
            if became != Became::Moved {
                return Ok(became);
            }
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
        Some(Comparison::GivenBackThere { more }) if is_of_this_debit(services, &compared.payment, more).await => {
            tracing::warn!(%receipt_id, more = more.get(), "somebody has given money back at the PG: it is written down here");
            let note = "told by a webhook of the PG";
            let recorded = reconcile::record_given_back(services, &compared.payment, more, (Actor::Worker, note)).await;
            Ok(if recorded.is_ok() {
                Became::Moved
            } else {
                Became::InOtherHands
            })
        }
        Some(
            Comparison::GivenBackThere { .. } | Comparison::NotDebitedThere | Comparison::NotGivenBackThere { .. },
        ) => {
            let found = compared.found.as_ref().map_or("", Comparison::name);
            tracing::error!(%receipt_id, found, "the PG says otherwise than this gateway: see `jadong reconcile`");
            Ok(became)
        }
        _ => Ok(became),
    }
}

/// Whether of this very debit, by the PG's own number of it, so much `more` is given back: the order may list another one.
async fn is_of_this_debit(services: &Services, payment: &Payment, more: Won) -> bool {
    let Some(debit) = &payment.debit else { return false };
    let at = services.clocks.call_time(payment.project_id);
    let seen = services.pg.connector.find_by_tid(debit.tid.clone(), at).await;
    let Outcome::Done(PaymentLookup::Paid(seen) | PaymentLookup::Cancelled(seen)) = seen else {
        return false;
    };
    seen.balance == payment.balance().minus(more)
}

async fn open_cancel(services: &Services, payment: &Payment) -> Result<Option<Cancel>, ReadError> {
    let cancels = services.store().cancels(payment.project_id, payment.receipt_id).await?;
    Ok(cancels.into_iter().find(|cancel| cancel.state == CancelState::Intended))
}

/// As a worker's turn, unless somebody else has it; but that nothing is sent again: when that is safe is not for a hint to say.
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
    if let Err(refusal) = resolve_cancel(services, &leased, Resend::Never).await {
        tracing::debug!(code = refusal.code.name(), cancel = %cancel.id, "a cancel was looked up, and is again in its time");
    }
    match open_cancel(services, payment).await {
        Ok(open) if open.as_ref().is_none_or(|open| open.id != cancel.id) => Became::Moved,
        _ => Became::NothingNew,
    }
}

/// Whoever follows it here asks at once. Nobody else does: at this PG asking makes the key, and the publish asks for itself.
fn consent(services: &Services, issuance: &Issuance) -> Became {
    services.consent_wakeups.wake(issuance.receipt_id);
    Became::InOtherHands
}
