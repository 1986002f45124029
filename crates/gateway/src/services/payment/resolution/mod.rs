//! Ending a debit of unknown outcome: one step, on disk, then the next, until there is a verdict.

mod ask;
mod stray;

use std::sync::Arc;

use domain::change::Change;
use domain::due::{DueKind, Lease};
use domain::payment::PaymentTransition;
use domain::payment::{
    self, NextStep, Payment, PaymentSource, PaymentState, ResolutionAction, ResolutionRules, ResolutionStep,
    StepOutcome, Undoing,
};
use domain::reserve::DebitDispatch;
use domain::transition::Actor;
use domain::{EpochMs, ProjectId};
use pg::{Outcome, PaymentLookup};
use store::{CommitError, CommitRefused, Leased};

pub use ask::find_order;

use super::debit::{count, record, record_as};
use crate::services::Services;
use crate::services::cash_receipt;
use crate::support::failpoints::crash_point;

/// Claims on rows last this long: past the longest PG call.
pub fn lease_until(services: &Services, now: EpochMs) -> EpochMs {
    now.plus_ms(u64::try_from(services.settings.timing.start_grace.as_millis()).unwrap_or(u64::MAX))
}

pub fn rules(services: &Services, project: ProjectId) -> ResolutionRules {
    let ms = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let can = services.capabilities(project);
    ResolutionRules {
        undoing: match can.net_cancel {
            Some(_) => Undoing::NetCancel {
                within_ms: ms(services.settings.timing.net_cancel_within),
            },
            None => Undoing::Looking {
                doubt_ms: ms(can.doubt_lasts),
                absence_ms: can.absence_proven_after.map(ms),
            },
        },
        quiet_ms: ms(services.settings.timing.verdict_quiet),
        steady_since: services.clocks.steady_since(),
    }
}

/// Takes every step that is due now, and schedules the next.
pub async fn resolve(services: &Arc<Services>, leased: Leased<Payment>) {
    let (lease, mut payment) = (leased.lease, leased.of);
    if payment.state == PaymentState::Intended {
        match mark_in_doubt(services, &payment).await {
            Some(in_doubt) => payment = in_doubt,
            None => return,
        }
    }
    let resolved_by = match resolved_by(services, &payment).await {
        Ok(actor) => actor,
        Err(error) => return tracing::error!(%error, receipt_id = %payment.receipt_id, "a history cannot be read"),
    };
    for _step in 0..8 {
        let steps = match services
            .store()
            .resolution_steps(payment.project_id, payment.receipt_id)
            .await
        {
            Ok(steps) => steps,
            Err(error) => return tracing::error!(%error, receipt_id = %payment.receipt_id, "steps cannot be read"),
        };
        match payment::next_step(
            &payment,
            &steps,
            rules(services, payment.project_id),
            resolved_by,
            services.now_of(payment.project_id),
        ) {
            NextStep::Wait(until) => return due(services, &payment, lease, Some(until)).await,
            NextStep::Finish(step) => {
                stray::note_end(&steps, step.to);
                return finish(services, &payment, lease, *step, &steps).await;
            }
            NextStep::Agreed => {
                stray::note_end(&steps, payment.state);
                return due(services, &payment, lease, None).await;
            }
            NextStep::Contradicted(until) => {
                let (receipt_id, state) = (payment.receipt_id, payment.state.name());
                tracing::error!(%receipt_id, state, "the PG contradicts a verdict: see `jadong in-doubt`");
                metrics::counter!("jadong_verdicts_contradicted_total").increment(1);
                stray::note_left(&steps);
                return due(services, &payment, lease, Some(until)).await;
            }
            NextStep::Do(action) => {
                let number = u32::try_from(steps.len()).unwrap_or(u32::MAX) + 1;
                stray::note_action(&steps, action);
                if !attempt(services, &payment, lease, action, number).await {
                    return;
                }
            }
        }
    }
    due_soon(services, &payment, lease).await;
}

/// Who made the last transition of a payment; of one without a verdict it does not matter.
pub async fn resolved_by(services: &Services, payment: &Payment) -> Result<Actor, store::ReadError> {
    if payment.state.awaits_verdict() || payment.state == PaymentState::NeedsReview {
        return Ok(Actor::Worker);
    }
    let history = services
        .store()
        .history(payment.project_id, payment.receipt_id.to_string())
        .await?;
    let by_person = history.last().is_some_and(|row| row.actor == Actor::Person.name());
    Ok(if by_person { Actor::Person } else { Actor::Worker })
}

/// An intent whose process died, or whose outcome could not be recorded, is in doubt.
async fn mark_in_doubt(services: &Services, payment: &Payment) -> Option<Payment> {
    let step = payment.transition(
        PaymentState::InDoubt,
        services.now_of(payment.project_id),
        Actor::Worker,
    );
    match record(services, payment, &step).await {
        Ok(in_doubt) => Some(in_doubt),
        Err(CommitError::Refused(CommitRefused::LostRace)) => None,
        Err(error) => {
            tracing::error!(%error, receipt_id = %payment.receipt_id, "a payment in doubt cannot be marked");
            None
        }
    }
}

/// Asks or acts, and writes what came of it; what moves money is on disk before it is sent. `false` when a step could not
/// be written: then nothing more is done.
async fn attempt(services: &Services, payment: &Payment, lease: Lease, action: ResolutionAction, number: u32) -> bool {
    crash_point!("resolution_before_step");
    let send_by = services.send_by();
    // The time of asking: what the PG receives later may still be answered differently.
    let at = services.now_of(payment.project_id);
    let write = |number, outcome| {
        let receipt_id = payment.receipt_id;
        write(
            services,
            payment,
            lease,
            ResolutionStep {
                receipt_id,
                number,
                action,
                at,
                outcome,
            },
        )
    };
    if action.moves_money() && !write(number, StepOutcome::Sent).await {
        return false;
    }
    if action.moves_money() && services.are_debits_held() {
        return false;
    }
    let number = number + u32::from(action.moves_money());
    let outcome = ask::ask(services, payment, action, number, send_by).await;
    crash_point!("resolution_after_pg");
    tracing::info!(receipt_id = %payment.receipt_id, number, act = action.name(), outcome = outcome.name(), "resolution step");
    metrics::counter!("jadong_verdict_rungs_total", "act" => action.name(), "outcome" => outcome.name()).increment(1);
    write(number, outcome).await
}

/// Writes one step and holds the payment for the next; of two writers the second is refused, and so is one whose payment was
/// resolved meanwhile.
async fn write(services: &Services, payment: &Payment, lease: Lease, step: ResolutionStep) -> bool {
    let receipt_id = step.receipt_id;
    let until = lease_until(services, services.now_of(payment.project_id));
    let changes = vec![
        payment.unmoved().into(),
        Change::AddResolutionStep(Box::new(step)),
        Change::Renew {
            kind: DueKind::Resolution,
            object: receipt_id.0,
            until,
            lease,
        },
    ];
    match services.ledger.commit(payment.project_id, changes).await {
        Ok(()) => true,
        Err(CommitError::Refused(CommitRefused::LostRace)) => {
            tracing::info!(%receipt_id, "somebody else has moved a payment on its resolution");
            false
        }
        Err(error) => {
            tracing::error!(%error, %receipt_id, "a resolution step cannot be written");
            false
        }
    }
}

/// When the resolution goes on, as long as it is ours.
fn schedule(payment: &Payment, lease: Lease, at: Option<EpochMs>) -> Change {
    Change::Schedule {
        kind: DueKind::Resolution,
        object: payment.receipt_id.0,
        at,
        held: Some(lease),
    }
}

/// Says when the resolution goes on; `None`: no more.
async fn due(services: &Services, payment: &Payment, lease: Lease, due_at: Option<EpochMs>) {
    let receipt_id = payment.receipt_id;
    let changes = vec![payment.unmoved().into(), schedule(payment, lease, due_at)];
    match services.ledger.commit(payment.project_id, changes).await {
        Ok(()) | Err(CommitError::Refused(CommitRefused::LostRace)) => {}
        // The claim runs out by itself.
        Err(error) => tracing::warn!(%error, %receipt_id, "the next resolution step is late"),
    }
}

/// The resolution goes on in a second.
async fn due_soon(services: &Services, payment: &Payment, lease: Lease) {
    let soon = services.now_of(payment.project_id).plus_ms(1_000);
    due(services, payment, lease, Some(soon)).await;
}

/// Whether a reserve's debit was never asked for: the worker, not the call, brought it into doubt, and the PG never heard of
/// it.
async fn dispatch(
    services: &Services,
    payment: &Payment,
    step: &PaymentTransition,
    steps: &[ResolutionStep],
) -> Result<DebitDispatch, store::ReadError> {
    let is_reserves = matches!(payment.source, PaymentSource::Reserve(_));
    if !is_reserves || step.to != PaymentState::Voided || !payment::never_arrived(steps) {
        return Ok(DebitDispatch::Sent);
    }
    let history = services
        .store()
        .history(payment.project_id, payment.receipt_id.to_string())
        .await?;
    let is_orphan = history
        .iter()
        .any(|row| row.to == PaymentState::InDoubt.name() && row.actor == Actor::Worker.name());
    Ok(if is_orphan {
        DebitDispatch::Never
    } else {
        DebitDispatch::Sent
    })
}

async fn finish(
    services: &Services,
    payment: &Payment,
    lease: Lease,
    mut step: PaymentTransition,
    steps: &[ResolutionStep],
) {
    crash_point!("resolution_before_finish");
    if let Some(debit) = step.debit.as_mut()
        && cash_receipt::is_standing(services, payment).await
    {
        // The steps do not keep it.
        let at = services.clocks.call_time(payment.project_id);
        match services.pg.connector.find_by_tid(debit.tid.clone(), at).await {
            Outcome::Done(PaymentLookup::Paid(seen)) => debit.cash_receipt = seen.debit.cash_receipt,
            _ => {
                return due_soon(services, payment, lease).await;
            }
        }
    }
    let Ok(dispatch) = dispatch(services, payment, &step, steps).await else {
        return due_soon(services, payment, lease).await;
    };
    match record_as(services, payment, &step, dispatch).await {
        Ok(resolved) => {
            count(&resolved);
            tracing::info!(receipt_id = %payment.receipt_id, state = resolved.state.name(), "verdict");
        }
        Err(CommitError::Refused(CommitRefused::LostRace)) => {}
        Err(error) => tracing::error!(%error, receipt_id = %payment.receipt_id, "a verdict could not be recorded"),
    }
}
