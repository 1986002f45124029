//! Asking the PG for the debit of an intent that is on disk, and recording what it says with its webhook.

use std::sync::Arc;

use domain::change::{Change, PaymentTransition};
use domain::payment::{self, DebitOutcome, Payment, PaymentState};
use domain::reserve::DebitDispatch;
use domain::{EpochMs, ErrorCode, ReceiptId, Refusal};
use pg::{ChargeRequest, Outcome, Unsent};
use store::{CommitError, CommitRefused};

use super::late_answer::record_late_answer;
use crate::app::App;
use crate::failpoints::{crash_point, lost_point};
use crate::in_flight::InFlightGuard;
use crate::stats;
use crate::{cash_receipt, reserve, webhook};

/// When an intent that nobody has finished is taken up by the resolution: past the longest PG call.
pub fn orphaned_at(app: &App, intent: &Payment) -> EpochMs {
    let grace_ms = u64::try_from(app.settings.timing.start_grace.as_millis()).unwrap_or(u64::MAX);
    intent.requested_at.plus_ms(grace_ms)
}

/// Debits, commits the outcome, and answers with the payment as it is then.
pub async fn debit(
    app: &Arc<App>,
    posted: &InFlightGuard<Payment>,
    intent: Arc<Payment>,
) -> Result<Arc<Payment>, Refusal> {
    let order = ChargeRequest {
        order_id: intent.pg_order_id(),
        bid: intent.bid.clone(),
        order_name: intent.order.order_name.clone(),
        price: intent.order.price,
        tax_free: intent.order.tax_free,
    };
    let at = app
        .clocks
        .call_time(intent.project_id)
        .at_bank(&intent.masked_account.bank_code);
    let (seen, arrival) = match app.connector.charge(order, at).await {
        Outcome::Done(debit) => (DebitOutcome::Paid(debit), DebitDispatch::Asked),
        Outcome::Refused { pg, .. } => (DebitOutcome::Declined(pg), DebitDispatch::Asked),
        Outcome::NotSent(Unsent::Unreachable) => (DebitOutcome::NotSent, DebitDispatch::NotSent),
        Outcome::NotSent(Unsent::NoTurn) => (DebitOutcome::NotSent, DebitDispatch::NoTurn),
        Outcome::Unknown(_) => (DebitOutcome::Unknown, DebitDispatch::Asked),
    };
    crash_point!("charge_after_pg");
    app.pg_reachability.heard(arrival, app.clocks.machine_now());
    let step = payment::debited(&intent, seen.clone(), app.now_of(intent.project_id));
    let moved = Arc::new(Payment::clone(&intent).after(&step));
    if let Err(error) = record_answer(app, &intent, &step, arrival).await {
        if matches!(error, CommitError::Refused(CommitRefused::LostRace)) {
            record_late_answer(app, &intent, seen).await;
        }
        // Unknown to the next reader: the resolution takes the intent up, and nobody is told that nothing happened. It must not take
        // it for one that was never asked.
        app.unrecorded_debits.insert(intent.receipt_id);
        tracing::error!(%error, receipt_id = %intent.receipt_id, "the outcome of a debit could not be recorded");
        return Err(Refusal::of(ErrorCode::ConfirmCritical).receipt(intent.receipt_id));
    }
    crash_point!("charge_after_outcome_commit");
    count(app, &moved);
    posted.update(moved.clone());
    Ok(moved)
}

async fn record_answer(
    app: &App,
    intent: &Payment,
    step: &PaymentTransition,
    arrival: DebitDispatch,
) -> Result<(), CommitError> {
    lost_point!("charge_outcome_lost", CommitError::Overloaded);
    record_as(app, intent, step, arrival).await
}

/// Commits a transition with everything that must be committed beside it: its webhook, its cash receipt, its reserve's end,
/// its place on the resolution.
pub async fn record(app: &App, before: &Payment, step: &PaymentTransition) -> Result<(), CommitError> {
    record_as(app, before, step, DebitDispatch::Asked).await
}

/// The same, of a payment that may never have been asked for.
pub async fn record_as(
    app: &App,
    before: &Payment,
    step: &PaymentTransition,
    arrival: DebitDispatch,
) -> Result<(), CommitError> {
    webhook::ready(app, before.project_id).await?;
    let after = before.clone().after(step);
    let mut changes = vec![Change::TransitionPayment(Box::new(step.clone()))];
    if step.look_up_at.is_some() {
        changes.push(Change::ScheduleResolution {
            receipt_id: after.receipt_id,
            due_at: step.look_up_at,
        });
    }
    changes.extend(cash_receipt::begins_with(&after, step));
    let reserve = reserve::end_with(app, &after, arrival).await;
    let reserve = reserve.map_err(|error| CommitError::NotDone(error.to_string()))?;
    // A merchant that is told of a failure may charge by other means, while the reserve is due again.
    if reserve
        .as_ref()
        .is_none_or(|step| step.to != domain::reserve::ReserveState::Waiting)
    {
        // What came with the debit is part of the payment.
        changes.extend(webhook::payment_webhook(app, &after, None));
    }
    changes.extend(reserve.map(|step| Change::TransitionReserve(Box::new(step))));
    app.commit(after.project_id, changes).await
}

/// Waits until a debit under way in this process has ended, if there is one.
pub async fn wait(app: &App, receipt: ReceiptId) {
    let Some(mut seen) = app.payments_in_flight.subscribe(receipt) else {
        return;
    };
    tokio::select! {
        _ = seen.wait_for(|payment| payment.state != PaymentState::Intended) => {}
        () = app.stopping.cancelled() => {}
    }
}

/// Counts where a payment has come to.
pub fn count(app: &App, payment: &Payment) {
    stats::payment(app, payment);
    let reason = payment.reason.map_or("", |reason| reason.name());
    metrics::counter!("jadong_payments_total", "state" => payment.state.name(), "reason" => reason).increment(1);
}
