//! Walking the verdict ladder: one rung, on disk, then the next, until there is a verdict.

use std::sync::Arc;

use domain::change::{Actor, Change, MovePayment};
use domain::payment::{self, Act, Payment, Rung, RungOutcome, Source, State, Step, VerdictRules};
use domain::reserve::Arrival;
use domain::{EpochMs, ProjectId};
use pg::{CancelOrder, Outcome, PaymentFound};
use store::{CommitError, Refused};

use super::debit::{count, record, record_as};
use crate::cash_receipt;
use crate::crash::crash_point;
use crate::house::House;

/// Claims on rows last this long: past the longest PG call.
pub fn lease_until(house: &House, now: EpochMs) -> EpochMs {
    now.plus_ms(u64::try_from(house.settings.timing.start_grace.as_millis()).unwrap_or(u64::MAX))
}

fn rules(house: &House) -> VerdictRules {
    let ms = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    VerdictRules {
        net_cancel_within_ms: ms(house.settings.timing.net_cancel_within),
        quiet_ms: ms(house.settings.timing.verdict_quiet),
    }
}

/// Climbs as far as can be climbed now, and leaves word of when to go on.
pub async fn climb(house: &Arc<House>, mut payment: Payment) {
    if payment.state == State::Intended {
        match doubt(house, &payment).await {
            Some(in_doubt) => payment = in_doubt,
            None => return,
        }
    }
    for _rung in 0..8 {
        let rungs = match house.store.rungs(payment.receipt_id).await {
            Ok(rungs) => rungs,
            Err(error) => return tracing::error!(%error, receipt_id = %payment.receipt_id, "rungs cannot be read"),
        };
        match payment::next_step(&payment, &rungs, rules(house), house.now_of(payment.project_id)) {
            Step::Wait(until) => return put_off(house, &payment, until).await,
            Step::Settle(step) => return settle(house, &payment, *step, &rungs).await,
            Step::Do(act) => {
                let number = u32::try_from(rungs.len()).unwrap_or(u32::MAX) + 1;
                if !rung(house, &payment, act, number).await {
                    return;
                }
            }
        }
    }
    put_off(house, &payment, house.now_of(payment.project_id).plus_ms(1_000)).await;
}

/// An intent whose process died, or whose outcome could not be recorded, is in doubt.
async fn doubt(house: &House, payment: &Payment) -> Option<Payment> {
    let step = payment.step(State::InDoubt, house.now_of(payment.project_id), Actor::Worker);
    match record(house, payment, &step).await {
        Ok(()) => Some(payment.clone().after(&step)),
        Err(CommitError::Refused(Refused::LostRace)) => None,
        Err(error) => {
            tracing::error!(%error, receipt_id = %payment.receipt_id, "a payment in doubt cannot be marked");
            None
        }
    }
}

/// Asks or acts, and writes what came of it; what moves money is on disk before it is sent. `false` when a rung could not
/// be written: then nothing more is done.
async fn rung(house: &House, payment: &Payment, act: Act, number: u32) -> bool {
    crash_point!("verdict_before_rung");
    // The time of asking: what the PG receives later may still be answered differently.
    let at = house.now_of(payment.project_id);
    let write = |number, outcome| {
        let receipt_id = payment.receipt_id;
        write(
            house,
            payment.project_id,
            Rung {
                receipt_id,
                number,
                act,
                at,
                outcome,
            },
        )
    };
    if act.moves_money() && !write(number, RungOutcome::Sent).await {
        return false;
    }
    let number = number + u32::from(act.moves_money());
    let outcome = match act {
        Act::Find => find(house, payment).await,
        Act::NetCancel => net_cancel(house, payment).await,
        Act::Refund => refund(house, payment, number).await,
    };
    crash_point!("verdict_after_pg");
    tracing::info!(receipt_id = %payment.receipt_id, number, act = act.name(), outcome = outcome.name(), "verdict rung");
    metrics::counter!("jadong_verdict_rungs_total", "act" => act.name(), "outcome" => outcome.name()).increment(1);
    write(number, outcome).await
}

/// Writes one rung; of two writers, the second is refused.
async fn write(house: &House, project: ProjectId, rung: Rung) -> bool {
    let receipt_id = rung.receipt_id;
    match house.commit(project, vec![Change::AddRung(Box::new(rung))]).await {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(%error, %receipt_id, "a verdict rung cannot be written");
            false
        }
    }
}

async fn find(house: &House, payment: &Payment) -> RungOutcome {
    let at = house.clocks.moment_of(payment.project_id);
    match house
        .connector
        .find_payment(payment.pg_order_id(), payment.requested_at, at)
        .await
    {
        Outcome::Done(PaymentFound::Paid(paid)) => RungOutcome::Paid(paid.debit),
        Outcome::Done(PaymentFound::Failed(words)) => RungOutcome::Failed(words),
        Outcome::Done(PaymentFound::Cancelled(_)) => RungOutcome::Cancelled,
        Outcome::Done(PaymentFound::Nothing) => RungOutcome::NotThere,
        Outcome::Refused { pg, .. } => RungOutcome::Refused(pg),
        Outcome::NotSent | Outcome::Unknown(_) => RungOutcome::Unknown,
    }
}

async fn net_cancel(house: &House, payment: &Payment) -> RungOutcome {
    let at = house
        .clocks
        .moment_of(payment.project_id)
        .at_bank(&payment.shown.bank_code);
    match house.connector.net_cancel(payment.pg_order_id(), at).await {
        Outcome::Done(()) => RungOutcome::Cancelled,
        Outcome::Refused { pg, .. } if pg.code == "V100" => RungOutcome::NotThere,
        Outcome::Refused { pg, .. } => RungOutcome::Refused(pg),
        Outcome::NotSent | Outcome::Unknown(_) => RungOutcome::Unknown,
    }
}

/// Gives back a debit that was approved after its net-cancel. One order id for all attempts: at most one refund.
async fn refund(house: &House, payment: &Payment, number: u32) -> RungOutcome {
    let rungs = house.store.rungs(payment.receipt_id).await.unwrap_or_default();
    let debit = rungs.iter().rev().find_map(|rung| match &rung.outcome {
        RungOutcome::Paid(debit) => Some(debit.clone()),
        _ => None,
    });
    let Some(debit) = debit else {
        return RungOutcome::Unknown;
    };
    tracing::warn!(receipt_id = %payment.receipt_id, number, "a debit was approved after its net-cancel: refunding it");
    let order = CancelOrder {
        order_id: format!("{}-refund", payment.receipt_id),
        tid: debit.tid,
        price: payment.order.price,
        tax_free: payment.order.tax_free,
        reason: "망취소 후 승인 (approved after net-cancel)".to_owned(),
    };
    let at = house
        .clocks
        .moment_of(payment.project_id)
        .at_bank(&payment.shown.bank_code);
    match house.connector.cancel(order, at).await {
        Outcome::Done(()) => RungOutcome::Cancelled,
        Outcome::Refused { pg, .. } => RungOutcome::Refused(pg),
        Outcome::NotSent | Outcome::Unknown(_) => RungOutcome::Unknown,
    }
}

async fn put_off(house: &House, payment: &Payment, until: EpochMs) {
    let due = Change::VerdictDue {
        receipt_id: payment.receipt_id,
        due_at: Some(until),
    };
    if let Err(error) = house.commit(payment.project_id, vec![due]).await {
        // The claim runs out by itself.
        tracing::warn!(%error, receipt_id = %payment.receipt_id, "the next verdict rung is late");
    }
}

/// Whether a reserve's debit was never asked for: the worker, not the call, brought it into doubt, and the PG never heard of
/// it.
async fn arrival(
    house: &House,
    payment: &Payment,
    step: &MovePayment,
    rungs: &[Rung],
) -> Result<Arrival, store::ReadError> {
    let is_reserves = matches!(payment.source, Source::Reserve(_));
    let was_asked = house.unrecorded.contains(&payment.receipt_id);
    if !is_reserves || was_asked || step.to != State::Voided || !payment::never_arrived(rungs) {
        return Ok(Arrival::Asked);
    }
    let history = house.store.history(payment.receipt_id.to_string()).await?;
    let is_orphan = history
        .iter()
        .any(|row| row.to == State::InDoubt.name() && row.actor == Actor::Worker.name());
    Ok(if is_orphan { Arrival::Never } else { Arrival::Asked })
}

async fn settle(house: &House, payment: &Payment, mut step: MovePayment, rungs: &[Rung]) {
    crash_point!("verdict_before_settle");
    if let Some(debit) = step.debit.as_mut()
        && cash_receipt::is_standing(house, payment).await
    {
        // The rungs do not keep it.
        let at = house.clocks.moment_of(payment.project_id);
        match house.connector.find_by_tid(debit.tid.clone(), at).await {
            Outcome::Done(PaymentFound::Paid(seen)) => debit.cash_receipt = seen.debit.cash_receipt,
            _ => return put_off(house, payment, house.now_of(payment.project_id).plus_ms(1_000)).await,
        }
    }
    let Ok(arrival) = arrival(house, payment, &step, rungs).await else {
        return put_off(house, payment, house.now_of(payment.project_id).plus_ms(1_000)).await;
    };
    match record_as(house, payment, &step, arrival).await {
        Ok(()) => {
            house.unrecorded.remove(&payment.receipt_id);
            let settled = payment.clone().after(&step);
            count(house, &settled);
            tracing::info!(receipt_id = %payment.receipt_id, state = settled.state.name(), "verdict");
        }
        Err(CommitError::Refused(Refused::LostRace)) => {}
        Err(error) => tracing::error!(%error, receipt_id = %payment.receipt_id, "a verdict could not be recorded"),
    }
}
