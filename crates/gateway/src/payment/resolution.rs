//! Walking the resolution: one step, on disk, then the next, until there is a verdict.

use std::sync::Arc;

use domain::EpochMs;
use domain::change::{Actor, Change, PaymentTransition};
use domain::payment::{
    self, NextStep, Payment, PaymentSource, PaymentState, ResolutionAction, ResolutionRules, ResolutionStep,
    StepOutcome,
};
use domain::reserve::DebitDispatch;
use pg::{CancelRequest, FindRequest, Outcome, PaymentLookup};
use store::{CommitError, CommitRefused};

use super::debit::{count, record, record_as};
use crate::app::App;
use crate::cash_receipt;
use crate::failpoints::crash_point;

/// Claims on rows last this long: past the longest PG call.
pub fn lease_until(app: &App, now: EpochMs) -> EpochMs {
    now.plus_ms(u64::try_from(app.settings.timing.start_grace.as_millis()).unwrap_or(u64::MAX))
}

/// A debit as the PG is asked for it: a clock may have been wrong by a day when it was sent, or behind until now.
pub fn find_order(app: &App, payment: &Payment) -> FindRequest {
    const DAY_MS: u64 = 24 * 60 * 60 * 1000;
    const NEAR_MIDNIGHT_MS: u64 = 10 * 60 * 1000;
    let asked_at = payment.requested_at;
    let now = app.now_of(payment.project_id);
    FindRequest {
        order_id: payment.pg_order_id(),
        asked_at,
        earliest: asked_at.minus_ms(DAY_MS),
        latest: asked_at
            .max(now.min(asked_at.plus_ms(8 * DAY_MS)))
            .plus_ms(NEAR_MIDNIGHT_MS),
    }
}

fn rules(app: &App) -> ResolutionRules {
    let ms = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    ResolutionRules {
        net_cancel_within_ms: ms(app.settings.timing.net_cancel_within),
        quiet_ms: ms(app.settings.timing.verdict_quiet),
        steady_since: app.clocks.steady_since(),
    }
}

/// Takes every step that is due now, and schedules the next.
pub async fn resolve(app: &Arc<App>, mut payment: Payment) {
    let Some(_climbing) = app.resolutions_in_flight.register(payment.receipt_id, &Arc::new(())) else {
        return;
    };
    if payment.state == PaymentState::Intended {
        match mark_in_doubt(app, &payment).await {
            Some(in_doubt) => payment = in_doubt,
            None => return,
        }
    }
    let settled_by = match settled_by(app, &payment).await {
        Ok(actor) => actor,
        Err(error) => return tracing::error!(%error, receipt_id = %payment.receipt_id, "a history cannot be read"),
    };
    for _step in 0..8 {
        let steps = match app.store.resolution_steps(payment.receipt_id).await {
            Ok(steps) => steps,
            Err(error) => return tracing::error!(%error, receipt_id = %payment.receipt_id, "steps cannot be read"),
        };
        match payment::next_step(&payment, &steps, rules(app), settled_by, app.now_of(payment.project_id)) {
            NextStep::Wait(until) => return due(app, &payment, Some(until)).await,
            NextStep::Finish(step) => return finish(app, &payment, *step, &steps).await,
            NextStep::Agreed => return due(app, &payment, None).await,
            NextStep::Contradicted(until) => {
                let (receipt_id, state) = (payment.receipt_id, payment.state.name());
                tracing::error!(%receipt_id, state, "the PG contradicts a person's verdict: see `jadong in-doubt`");
                metrics::counter!("jadong_verdicts_contradicted_total").increment(1);
                return due(app, &payment, Some(until)).await;
            }
            NextStep::Do(act) => {
                let number = u32::try_from(steps.len()).unwrap_or(u32::MAX) + 1;
                if !attempt(app, &payment, act, number).await {
                    return;
                }
            }
        }
    }
    due(app, &payment, Some(app.now_of(payment.project_id).plus_ms(1_000))).await;
}

/// Who made the last transition of a payment; of one without a verdict it does not matter.
async fn settled_by(app: &App, payment: &Payment) -> Result<Actor, store::ReadError> {
    if payment.state.awaits_verdict() || payment.state == PaymentState::NeedsReview {
        return Ok(Actor::Worker);
    }
    let history = app.store.history(payment.receipt_id.to_string()).await?;
    let by_person = history.last().is_some_and(|row| row.actor == Actor::Person.name());
    Ok(if by_person { Actor::Person } else { Actor::Worker })
}

/// An intent whose process died, or whose outcome could not be recorded, is in doubt.
async fn mark_in_doubt(app: &App, payment: &Payment) -> Option<Payment> {
    let step = payment.transition(PaymentState::InDoubt, app.now_of(payment.project_id), Actor::Worker);
    match record(app, payment, &step).await {
        Ok(()) => Some(payment.clone().after(&step)),
        Err(CommitError::Refused(CommitRefused::LostRace)) => None,
        Err(error) => {
            tracing::error!(%error, receipt_id = %payment.receipt_id, "a payment in doubt cannot be marked");
            None
        }
    }
}

/// Asks or acts, and writes what came of it; what moves money is on disk before it is sent. `false` when a step could not
/// be written: then nothing more is done.
async fn attempt(app: &App, payment: &Payment, act: ResolutionAction, number: u32) -> bool {
    crash_point!("resolution_before_step");
    // The time of asking: what the PG receives later may still be answered differently.
    let at = app.now_of(payment.project_id);
    let write = |number, outcome| {
        let receipt_id = payment.receipt_id;
        write(
            app,
            payment,
            ResolutionStep {
                receipt_id,
                number,
                action: act,
                at,
                outcome,
            },
        )
    };
    if act.moves_money() && !write(number, StepOutcome::Sent).await {
        return false;
    }
    let number = number + u32::from(act.moves_money());
    let outcome = match act {
        ResolutionAction::Find => find(app, payment).await,
        ResolutionAction::NetCancel => net_cancel(app, payment).await,
        ResolutionAction::Refund => refund(app, payment, number).await,
    };
    crash_point!("resolution_after_pg");
    tracing::info!(receipt_id = %payment.receipt_id, number, act = act.name(), outcome = outcome.name(), "resolution step");
    metrics::counter!("jadong_verdict_rungs_total", "act" => act.name(), "outcome" => outcome.name()).increment(1);
    write(number, outcome).await
}

/// Writes one step and holds the payment for the next; of two writers the second is refused, and so is one whose payment was
/// settled meanwhile.
async fn write(app: &App, payment: &Payment, step: ResolutionStep) -> bool {
    let receipt_id = step.receipt_id;
    let due_at = Some(lease_until(app, app.now_of(payment.project_id)));
    let changes = vec![
        payment.unmoved(),
        Change::AddResolutionStep(Box::new(step)),
        Change::ScheduleResolution { receipt_id, due_at },
    ];
    match app.commit(payment.project_id, changes).await {
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

async fn find(app: &App, payment: &Payment) -> StepOutcome {
    let at = app.clocks.call_time(payment.project_id);
    match app.connector.find_payment(find_order(app, payment), at).await {
        Outcome::Done(PaymentLookup::Paid(paid)) => StepOutcome::Paid(paid.debit),
        Outcome::Done(PaymentLookup::Failed(words)) => StepOutcome::Failed(words),
        Outcome::Done(PaymentLookup::Cancelled(_)) => StepOutcome::Cancelled,
        Outcome::Done(PaymentLookup::Nothing) => StepOutcome::NotThere,
        Outcome::Refused { pg, .. } => StepOutcome::Refused(pg),
        Outcome::NotSent(_) | Outcome::Unknown(_) => StepOutcome::Unknown,
    }
}

async fn net_cancel(app: &App, payment: &Payment) -> StepOutcome {
    let at = app
        .clocks
        .call_time(payment.project_id)
        .at_bank(&payment.masked_account.bank_code);
    match app.connector.net_cancel(payment.pg_order_id(), at).await {
        Outcome::Done(()) => StepOutcome::Cancelled,
        Outcome::Refused { pg, .. } if pg.code == "V100" => StepOutcome::NotThere,
        Outcome::Refused { pg, .. } => StepOutcome::Refused(pg),
        Outcome::NotSent(_) | Outcome::Unknown(_) => StepOutcome::Unknown,
    }
}

/// Gives back a debit that was approved after its net-cancel. One order id for all attempts: at most one refund.
async fn refund(app: &App, payment: &Payment, number: u32) -> StepOutcome {
    let steps = app.store.resolution_steps(payment.receipt_id).await.unwrap_or_default();
    let debit = steps.iter().rev().find_map(|step| match &step.outcome {
        StepOutcome::Paid(debit) => Some(debit.clone()),
        _ => None,
    });
    let Some(debit) = debit else {
        return StepOutcome::Unknown;
    };
    tracing::warn!(receipt_id = %payment.receipt_id, number, "a debit was approved after its net-cancel: refunding it");
    let order = CancelRequest {
        order_id: format!("{}-refund", payment.receipt_id),
        tid: debit.tid,
        price: payment.order.price,
        tax_free: payment.order.tax_free,
        reason: "망취소 후 승인 (approved after net-cancel)".to_owned(),
    };
    let at = app
        .clocks
        .call_time(payment.project_id)
        .at_bank(&payment.masked_account.bank_code);
    match app.connector.cancel(order, at).await {
        Outcome::Done(()) => StepOutcome::Cancelled,
        Outcome::Refused { pg, .. } => StepOutcome::Refused(pg),
        Outcome::NotSent(_) | Outcome::Unknown(_) => StepOutcome::Unknown,
    }
}

/// Says when the resolution goes on; `None` takes the payment off it.
async fn due(app: &App, payment: &Payment, due_at: Option<EpochMs>) {
    let receipt_id = payment.receipt_id;
    let changes = vec![payment.unmoved(), Change::ScheduleResolution { receipt_id, due_at }];
    match app.commit(payment.project_id, changes).await {
        Ok(()) | Err(CommitError::Refused(CommitRefused::LostRace)) => {}
        // The claim runs out by itself.
        Err(error) => tracing::warn!(%error, %receipt_id, "the next resolution step is late"),
    }
}

/// Whether a reserve's debit was never asked for: the worker, not the call, brought it into doubt, and the PG never heard of
/// it.
async fn arrival(
    app: &App,
    payment: &Payment,
    step: &PaymentTransition,
    steps: &[ResolutionStep],
) -> Result<DebitDispatch, store::ReadError> {
    let is_reserves = matches!(payment.source, PaymentSource::Reserve(_));
    let was_asked = app.unrecorded_debits.contains(&payment.receipt_id);
    if !is_reserves || was_asked || step.to != PaymentState::Voided || !payment::never_arrived(steps) {
        return Ok(DebitDispatch::Asked);
    }
    let history = app.store.history(payment.receipt_id.to_string()).await?;
    let is_orphan = history
        .iter()
        .any(|row| row.to == PaymentState::InDoubt.name() && row.actor == Actor::Worker.name());
    Ok(if is_orphan {
        DebitDispatch::Never
    } else {
        DebitDispatch::Asked
    })
}

async fn finish(app: &App, payment: &Payment, mut step: PaymentTransition, steps: &[ResolutionStep]) {
    crash_point!("resolution_before_finish");
    if let Some(debit) = step.debit.as_mut()
        && cash_receipt::is_standing(app, payment).await
    {
        // The steps do not keep it.
        let at = app.clocks.call_time(payment.project_id);
        match app.connector.find_by_tid(debit.tid.clone(), at).await {
            Outcome::Done(PaymentLookup::Paid(seen)) => debit.cash_receipt = seen.debit.cash_receipt,
            _ => return due(app, payment, Some(app.now_of(payment.project_id).plus_ms(1_000))).await,
        }
    }
    let Ok(arrival) = arrival(app, payment, &step, steps).await else {
        return due(app, payment, Some(app.now_of(payment.project_id).plus_ms(1_000))).await;
    };
    match record_as(app, payment, &step, arrival).await {
        Ok(()) => {
            app.unrecorded_debits.remove(&payment.receipt_id);
            let settled = payment.clone().after(&step);
            count(app, &settled);
            tracing::info!(receipt_id = %payment.receipt_id, state = settled.state.name(), "verdict");
        }
        Err(CommitError::Refused(CommitRefused::LostRace)) => {}
        Err(error) => tracing::error!(%error, receipt_id = %payment.receipt_id, "a verdict could not be recorded"),
    }
}
