//! A reserve's time has come: its payment's intent and its own start are one commit, so that it runs once.

use std::sync::Arc;

use domain::change::{Change, MoveReserve};
use domain::payment::{self, Payment, Source};
use domain::reserve::{self, Arrival, Reserve, State};
use domain::{EpochMs, ErrorCode, Refusal, ReserveId};
use store::{CommitError, ReadError, Refused};

use crate::crash::crash_point;
use crate::house::House;
use crate::payment::debit;
use crate::{key, webhook};

/// How often a reserve is tried again whose process died before the PG had heard of the debit.
const DEATHS_MAX: usize = 3;

/// Executes a claimed reserve.
pub async fn execute(house: &Arc<House>, reserve: Reserve) {
    let now = house.now_of(reserve.project_id);
    if let Some(until) = house.settings.closed.and_then(|closed| closed.open_again(now)) {
        return put_off(house, &reserve, until).await;
    }
    let key = match key::by_key(house, reserve.project_id, reserve.billing_key).await {
        Ok(key) => key,
        // The claim runs out, and it is tried again.
        Err(refusal) if refusal.code != ErrorCode::ReceiptNotFound => return,
        Err(refusal) => return fail(house, &reserve, &refusal, now).await,
    };
    let ids = (reserve.project_id, house.ids.receipt(now));
    let source = Source::Reserve(reserve.id);
    let charged = match payment::charge(reserve.order.clone(), &key, source, ids, &house.pepper, now) {
        Ok(charged) => charged,
        Err(refusal) => return fail(house, &reserve, &refusal, now).await,
    };
    let intent = Arc::new(charged.payment);
    let Some(posted) = house.payments.put_up(intent.receipt_id, &intent) else {
        return;
    };
    // How many there are of these is `reserves_at_once`; that others have taken the rest must not fail one.
    let posted = posted.holding(house.payments.enter_anyway(house.share_of(reserve.project_id)));
    let mut changes = vec![key.still_active()];
    changes.extend(reserve::start(&reserve, Payment::clone(&intent), now));
    let orphaned_at = crate::payment::orphaned_at(house, &intent);
    changes.push(Change::VerdictDue {
        receipt_id: intent.receipt_id,
        due_at: Some(orphaned_at),
    });
    crash_point!("reserve_before_commit");
    match house.commit(reserve.project_id, changes).await {
        Ok(()) => {}
        Err(CommitError::Refused(Refused::LostRace | Refused::OrderTaken)) => return lost(house, &reserve, now).await,
        Err(error) => return tracing::warn!(%error, reserve_id = %reserve.id, "a reserve starts late"),
    }
    crash_point!("reserve_after_commit");
    let late_ms = now.since_ms(reserve.due_at);
    metrics::histogram!("jadong_reserve_late_seconds").record(late_ms as f64 / 1000.0);
    if let Err(refusal) = debit(house, &posted, intent).await {
        tracing::error!(code = refusal.code.name(), reserve_id = %reserve.id, "a reserve's outcome was not recorded");
    }
}

/// It was revoked or started elsewhere, and nothing is left to do; or its key was destroyed at this moment.
async fn lost(house: &House, reserve: &Reserve, now: EpochMs) {
    match key::by_key(house, reserve.project_id, reserve.billing_key).await {
        Ok(key) if key.is_destroyed() => {
            fail(house, reserve, &Refusal::new(ErrorCode::KeyExpired, "billing_key"), now).await;
        }
        // Where it is still waiting, the claim runs out.
        Ok(_) | Err(_) => {}
    }
}

/// The bank takes no debits now: the reserve waits, and says so.
async fn put_off(house: &House, reserve: &Reserve, until: EpochMs) {
    tracing::info!(reserve_id = %reserve.id, until = until.to_wire(), "a reserve was put off: no debits now");
    let put_off = Change::PutOffReserve {
        reserve_id: reserve.id,
        until,
    };
    if let Err(error) = house.commit(reserve.project_id, vec![put_off]).await {
        tracing::warn!(%error, reserve_id = %reserve.id, "a reserve could not be put off");
    }
}

async fn fail(house: &House, reserve: &Reserve, refusal: &Refusal, now: EpochMs) {
    // The database lets a waiting reserve fail only by way of its execution.
    let mut started = reserve.clone();
    let begin = reserve.step(State::Executing, now, domain::change::Actor::Worker);
    started.seq = begin.seq;
    started.state = State::Executing;
    let end = reserve::failed(&started, refusal, None, now);
    let mut changes = vec![Change::MoveReserve(Box::new(begin)), Change::MoveReserve(Box::new(end))];
    if let Err(error) = webhook::ready(house, reserve.project_id).await {
        return tracing::warn!(%error, reserve_id = %reserve.id, "a failed reserve could not be recorded");
    }
    changes.extend(webhook::told_of_reserve(house, reserve, refusal));
    match house.commit(reserve.project_id, changes).await {
        Ok(()) | Err(CommitError::Refused(Refused::LostRace)) => {}
        Err(error) => tracing::warn!(%error, reserve_id = %reserve.id, "a failed reserve could not be recorded"),
    }
}

/// How often a reserve has gone back to waiting because its process died.
async fn deaths(house: &House, id: ReserveId) -> Result<usize, ReadError> {
    let history = house.store.history(id.to_string()).await?;
    let died =
        |row: &&store::HistoryRow| row.to == State::Waiting.name() && row.detail.ends_with(reserve::NEVER_ARRIVED);
    Ok(history.iter().filter(died).count())
}

/// Until when a reserve whose debit the PG never heard of is tried again. What fell due while nobody was there is not late.
fn give_up_at(house: &House, reserve: &Reserve) -> EpochMs {
    let within = house.settings.timing.reserve_retry_within.as_millis();
    let due_at = reserve.due_at.max(house.clocks.started_at);
    due_at.plus_ms(u64::try_from(within).unwrap_or(u64::MAX))
}

/// The end of the reserve whose payment has just ended, or its return. Errors: the reserve cannot be read, so nothing may be
/// recorded.
pub async fn end_with(house: &House, payment: &Payment, arrival: Arrival) -> Result<Option<MoveReserve>, ReadError> {
    let Source::Reserve(id) = payment.source else {
        return Ok(None);
    };
    let found = house.store.reserve(payment.project_id, id).await?;
    let Some(executing) = found.filter(|reserve| reserve.state == State::Executing) else {
        return Ok(None);
    };
    let now = house.now_of(payment.project_id);
    let give_up_at = match arrival {
        // It may be what kills the process.
        Arrival::Never if deaths(house, id).await? >= DEATHS_MAX => now,
        Arrival::Never | Arrival::NotSent | Arrival::NoTurn | Arrival::Asked => give_up_at(house, &executing),
    };
    Ok(reserve::ended(&executing, payment, arrival, give_up_at, now))
}
