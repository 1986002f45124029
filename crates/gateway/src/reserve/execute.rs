//! A reserve's time has come: its payment's intent and its own start are one commit, so that it runs once.

use std::sync::Arc;

use domain::change::{Change, MoveReserve};
use domain::payment::{self, Payment, Source};
use domain::reserve::{self, Arrival, Reserve, State};
use domain::{EpochMs, ErrorCode, Refusal};
use store::{CommitError, ReadError, Refused};

use crate::crash::crash_point;
use crate::house::House;
use crate::payment::debit;
use crate::{key, webhook};

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
    let mut changes = reserve::start(&reserve, Payment::clone(&intent), now);
    let orphaned_at = crate::payment::orphaned_at(house, &intent);
    changes.push(Change::VerdictDue {
        receipt_id: intent.receipt_id,
        due_at: Some(orphaned_at),
    });
    crash_point!("reserve_before_commit");
    match house.commit(reserve.project_id, changes).await {
        Ok(()) => {}
        // Revoked, or started elsewhere.
        Err(CommitError::Refused(Refused::LostRace | Refused::OrderTaken)) => return,
        Err(error) => return tracing::warn!(%error, reserve_id = %reserve.id, "a reserve starts late"),
    }
    crash_point!("reserve_after_commit");
    let late_ms = now.since_ms(reserve.due_at);
    metrics::histogram!("jadong_reserve_late_seconds").record(late_ms as f64 / 1000.0);
    if let Err(refusal) = debit(house, &posted, intent).await {
        tracing::error!(code = refusal.code.name(), reserve_id = %reserve.id, "a reserve's outcome was not recorded");
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
    changes.extend(webhook::told_of_reserve(house, reserve, refusal));
    match house.commit(reserve.project_id, changes).await {
        Ok(()) | Err(CommitError::Refused(Refused::LostRace)) => {}
        Err(error) => tracing::warn!(%error, reserve_id = %reserve.id, "a failed reserve could not be recorded"),
    }
}

/// The end of the reserve whose payment has just ended, or its return. Errors: the reserve cannot be read, so nothing may be
/// recorded.
pub async fn end_with(house: &House, payment: &Payment, arrival: Arrival) -> Result<Option<MoveReserve>, ReadError> {
    let Source::Reserve(id) = payment.source else {
        return Ok(None);
    };
    let found = house.store.reserve(payment.project_id, id).await?;
    let executing = found.filter(|reserve| reserve.state == State::Executing);
    let now = house.now_of(payment.project_id);
    Ok(executing.and_then(|reserve| reserve::ended(&reserve, payment, arrival, now)))
}
