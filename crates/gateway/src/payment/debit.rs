//! Asking the PG for the debit of an intent that is on disk, and recording what it says with its webhook.

use std::sync::Arc;

use domain::change::{Change, MovePayment};
use domain::payment::{self, DebitSeen, Payment, State};
use domain::reserve::Arrival;
use domain::{EpochMs, ErrorCode, ReceiptId, Refusal};
use pg::{ChargeOrder, Outcome, Unsent};
use store::{CommitError, Refused};

use super::late_answer::tell_ladder;
use crate::board::Posted;
use crate::crash::{crash_point, lost_point};
use crate::house::House;
use crate::overview;
use crate::{cash_receipt, reserve, webhook};

/// When an intent that nobody has finished is taken up by the verdict ladder: past the longest PG call.
pub fn orphaned_at(house: &House, intent: &Payment) -> EpochMs {
    let grace_ms = u64::try_from(house.settings.timing.start_grace.as_millis()).unwrap_or(u64::MAX);
    intent.requested_at.plus_ms(grace_ms)
}

/// Debits, commits the outcome, and answers with the payment as it is then.
pub async fn debit(
    house: &Arc<House>,
    posted: &Posted<Payment>,
    intent: Arc<Payment>,
) -> Result<Arc<Payment>, Refusal> {
    let order = ChargeOrder {
        order_id: intent.pg_order_id(),
        bid: intent.bid.clone(),
        order_name: intent.order.order_name.clone(),
        price: intent.order.price,
        tax_free: intent.order.tax_free,
    };
    let at = house
        .clocks
        .moment_of(intent.project_id)
        .at_bank(&intent.shown.bank_code);
    let (seen, arrival) = match house.connector.charge(order, at).await {
        Outcome::Done(debit) => (DebitSeen::Paid(debit), Arrival::Asked),
        Outcome::Refused { pg, .. } => (DebitSeen::Declined(pg), Arrival::Asked),
        Outcome::NotSent(Unsent::Unreachable) => (DebitSeen::NotSent, Arrival::NotSent),
        Outcome::NotSent(Unsent::NoTurn) => (DebitSeen::NotSent, Arrival::NoTurn),
        Outcome::Unknown(_) => (DebitSeen::Unknown, Arrival::Asked),
    };
    crash_point!("charge_after_pg");
    house.reach.heard(arrival, house.clocks.machine_now());
    let step = payment::debited(&intent, seen.clone(), house.now_of(intent.project_id));
    let moved = Arc::new(Payment::clone(&intent).after(&step));
    if let Err(error) = record_answer(house, &intent, &step, arrival).await {
        if matches!(error, CommitError::Refused(Refused::LostRace)) {
            tell_ladder(house, &intent, seen).await;
        }
        // Unknown to the next reader: the ladder takes the intent up, and nobody is told that nothing happened. It must not take
        // it for one that was never asked.
        house.unrecorded.insert(intent.receipt_id);
        tracing::error!(%error, receipt_id = %intent.receipt_id, "the outcome of a debit could not be recorded");
        return Err(Refusal::of(ErrorCode::ConfirmCritical).receipt(intent.receipt_id));
    }
    crash_point!("charge_after_outcome_commit");
    count(house, &moved);
    posted.show(moved.clone());
    Ok(moved)
}

async fn record_answer(
    house: &House,
    intent: &Payment,
    step: &MovePayment,
    arrival: Arrival,
) -> Result<(), CommitError> {
    lost_point!("charge_outcome_lost", CommitError::Overloaded);
    record_as(house, intent, step, arrival).await
}

/// Commits a transition with everything that must be committed beside it: its webhook, its cash receipt, its reserve's end,
/// its place on the ladder.
pub async fn record(house: &House, before: &Payment, step: &MovePayment) -> Result<(), CommitError> {
    record_as(house, before, step, Arrival::Asked).await
}

/// The same, of a payment that may never have been asked for.
pub async fn record_as(
    house: &House,
    before: &Payment,
    step: &MovePayment,
    arrival: Arrival,
) -> Result<(), CommitError> {
    webhook::ready(house, before.project_id).await?;
    let after = before.clone().after(step);
    let mut changes = vec![Change::MovePayment(Box::new(step.clone()))];
    if step.look_up_at.is_some() {
        changes.push(Change::VerdictDue {
            receipt_id: after.receipt_id,
            due_at: step.look_up_at,
        });
    }
    changes.extend(cash_receipt::begins_with(&after, step));
    let reserve = reserve::end_with(house, &after, arrival).await;
    let reserve = reserve.map_err(|error| CommitError::NotDone(error.to_string()))?;
    // A merchant that is told of a failure may charge by other means, while the reserve is due again.
    if reserve
        .as_ref()
        .is_none_or(|step| step.to != domain::reserve::State::Waiting)
    {
        // What came with the debit is part of the payment.
        changes.extend(webhook::told_of_payment(house, &after, None));
    }
    changes.extend(reserve.map(|step| Change::MoveReserve(Box::new(step))));
    house.commit(after.project_id, changes).await
}

/// Waits until a debit under way in this process has ended, if there is one.
pub async fn wait(house: &House, receipt: ReceiptId) {
    let Some(mut seen) = house.payments.follow(receipt) else {
        return;
    };
    tokio::select! {
        _ = seen.wait_for(|payment| payment.state != State::Intended) => {}
        () = house.stopping.cancelled() => {}
    }
}

/// Counts where a payment has come to.
pub fn count(house: &House, payment: &Payment) {
    overview::payment(house, payment);
    let reason = payment.reason.map_or("", |reason| reason.name());
    metrics::counter!("jadong_payments_total", "state" => payment.state.name(), "reason" => reason).increment(1);
}
