//! Walking the verdict ladder: one rung, on disk, then the next, until there is a verdict.

use std::sync::Arc;

use domain::EpochMs;
use domain::change::{Actor, Change, MovePayment};
use domain::payment::{self, Act, Payment, Rung, RungOutcome, Source, State, Step, VerdictRules};
use domain::reserve::Arrival;
use pg::{CancelOrder, FindOrder, Outcome, PaymentFound};
use store::{CommitError, Refused};

use super::debit::{count, record, record_as};
use crate::cash_receipt;
use crate::crash::crash_point;
use crate::house::House;

/// Claims on rows last this long: past the longest PG call.
pub fn lease_until(house: &House, now: EpochMs) -> EpochMs {
    now.plus_ms(u64::try_from(house.settings.timing.start_grace.as_millis()).unwrap_or(u64::MAX))
}

/// A debit as the PG is asked for it: a clock may have been wrong by a day when it was sent, or behind until now.
pub fn find_order(house: &House, payment: &Payment) -> FindOrder {
    const DAY_MS: u64 = 24 * 60 * 60 * 1000;
    const NEAR_MIDNIGHT_MS: u64 = 10 * 60 * 1000;
    let asked_at = payment.requested_at;
    let now = house.now_of(payment.project_id);
    FindOrder {
        order_id: payment.pg_order_id(),
        asked_at,
        earliest: asked_at.minus_ms(DAY_MS),
        latest: asked_at
            .max(now.min(asked_at.plus_ms(8 * DAY_MS)))
            .plus_ms(NEAR_MIDNIGHT_MS),
    }
}

fn rules(house: &House) -> VerdictRules {
    let ms = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    VerdictRules {
        net_cancel_within_ms: ms(house.settings.timing.net_cancel_within),
        quiet_ms: ms(house.settings.timing.verdict_quiet),
        steady_since: house.clocks.steady_since(),
    }
}

/// Climbs as far as can be climbed now, and leaves word of when to go on.
pub async fn climb(house: &Arc<House>, mut payment: Payment) {
    let Some(_climbing) = house.ladders.put_up(payment.receipt_id, &Arc::new(())) else {
        return;
    };
    if payment.state == State::Intended {
        match doubt(house, &payment).await {
            Some(in_doubt) => payment = in_doubt,
            None => return,
        }
    }
    let settled_by = match settled_by(house, &payment).await {
        Ok(actor) => actor,
        Err(error) => return tracing::error!(%error, receipt_id = %payment.receipt_id, "a history cannot be read"),
    };
    for _rung in 0..8 {
        let rungs = match house.store.rungs(payment.receipt_id).await {
            Ok(rungs) => rungs,
            Err(error) => return tracing::error!(%error, receipt_id = %payment.receipt_id, "rungs cannot be read"),
        };
        match payment::next_step(
            &payment,
            &rungs,
            rules(house),
            settled_by,
            house.now_of(payment.project_id),
        ) {
            Step::Wait(until) => return due(house, &payment, Some(until)).await,
            Step::Settle(step) => return settle(house, &payment, *step, &rungs).await,
            Step::Agreed => return due(house, &payment, None).await,
            Step::Contradicted(until) => {
                let (receipt_id, state) = (payment.receipt_id, payment.state.name());
                tracing::error!(%receipt_id, state, "the PG contradicts a person's verdict: see `jadong in-doubt`");
                metrics::counter!("jadong_verdicts_contradicted_total").increment(1);
                return due(house, &payment, Some(until)).await;
            }
            Step::Do(act) => {
                let number = u32::try_from(rungs.len()).unwrap_or(u32::MAX) + 1;
                if !rung(house, &payment, act, number).await {
                    return;
                }
            }
        }
    }
    due(house, &payment, Some(house.now_of(payment.project_id).plus_ms(1_000))).await;
}

/// Who made the last transition of a payment; of one without a verdict it does not matter.
async fn settled_by(house: &House, payment: &Payment) -> Result<Actor, store::ReadError> {
    if payment.state.awaits_verdict() || payment.state == State::NeedsPerson {
        return Ok(Actor::Worker);
    }
    let history = house.store.history(payment.receipt_id.to_string()).await?;
    let by_person = history.last().is_some_and(|row| row.actor == Actor::Person.name());
    Ok(if by_person { Actor::Person } else { Actor::Worker })
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
            payment,
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

/// Writes one rung and holds the payment for the next; of two writers the second is refused, and so is one whose payment was
/// settled meanwhile.
async fn write(house: &House, payment: &Payment, rung: Rung) -> bool {
    let receipt_id = rung.receipt_id;
    let due_at = Some(lease_until(house, house.now_of(payment.project_id)));
    let changes = vec![
        payment.unmoved(),
        Change::AddRung(Box::new(rung)),
        Change::VerdictDue { receipt_id, due_at },
    ];
    match house.commit(payment.project_id, changes).await {
        Ok(()) => true,
        Err(CommitError::Refused(Refused::LostRace)) => {
            tracing::info!(%receipt_id, "somebody else has moved a payment on its ladder");
            false
        }
        Err(error) => {
            tracing::error!(%error, %receipt_id, "a verdict rung cannot be written");
            false
        }
    }
}

async fn find(house: &House, payment: &Payment) -> RungOutcome {
    let at = house.clocks.moment_of(payment.project_id);
    match house.connector.find_payment(find_order(house, payment), at).await {
        Outcome::Done(PaymentFound::Paid(paid)) => RungOutcome::Paid(paid.debit),
        Outcome::Done(PaymentFound::Failed(words)) => RungOutcome::Failed(words),
        Outcome::Done(PaymentFound::Cancelled(_)) => RungOutcome::Cancelled,
        Outcome::Done(PaymentFound::Nothing) => RungOutcome::NotThere,
        Outcome::Refused { pg, .. } => RungOutcome::Refused(pg),
        Outcome::NotSent(_) | Outcome::Unknown(_) => RungOutcome::Unknown,
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
        Outcome::NotSent(_) | Outcome::Unknown(_) => RungOutcome::Unknown,
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
        Outcome::NotSent(_) | Outcome::Unknown(_) => RungOutcome::Unknown,
    }
}

/// Says when the ladder goes on; `None` takes the payment off it.
async fn due(house: &House, payment: &Payment, due_at: Option<EpochMs>) {
    let receipt_id = payment.receipt_id;
    let changes = vec![payment.unmoved(), Change::VerdictDue { receipt_id, due_at }];
    match house.commit(payment.project_id, changes).await {
        Ok(()) | Err(CommitError::Refused(Refused::LostRace)) => {}
        // The claim runs out by itself.
        Err(error) => tracing::warn!(%error, %receipt_id, "the next verdict rung is late"),
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
            _ => return due(house, payment, Some(house.now_of(payment.project_id).plus_ms(1_000))).await,
        }
    }
    let Ok(arrival) = arrival(house, payment, &step, rungs).await else {
        return due(house, payment, Some(house.now_of(payment.project_id).plus_ms(1_000))).await;
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
