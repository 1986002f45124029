//! A reserve's time has come: its payment's intent and its own start are one commit, so that it runs once.

use std::sync::Arc;

use domain::change::Change;
use domain::due::{DueKind, Lease};

use domain::payment::{self, Payment, PaymentSource};
use domain::reserve::ReserveTransition;
use domain::reserve::{self, DebitDispatch, Reserve, ReserveState};
use domain::{EpochMs, ErrorCode, ProjectId, Refusal, ReserveId};
use store::{CommitError, CommitRefused, Leased, ReadError};

use crate::services::Services;
use crate::services::key;
use crate::services::payment::{debit, never_sent, resolve_if_orphaned};
use crate::services::webhook;
use crate::support::failpoints::crash_point;

/// How often a reserve is tried again whose process died before the PG had heard of the debit.
const DEATHS_MAX: usize = 3;

/// Executes a claimed reserve.
pub async fn execute(services: &Arc<Services>, leased: Leased<Reserve>) {
    let (lease, reserve) = (leased.lease, leased.of);
    let (send_by, now) = (services.send_by(), services.now_of(reserve.project_id));
    if let Some(until) = services.settings.closed.and_then(|closed| closed.open_again(now)) {
        return postpone(services, &reserve, lease, until).await;
    }
    let place = services.pg_place(reserve.project_id);
    if let Err(until) = services.pg.reachability.begins(&place, services.clocks.machine_now()) {
        let wait_ms = until.since_ms(services.clocks.machine_now());
        return wait(services, &reserve, lease, now.plus_ms(wait_ms)).await;
    }
    let key = match key::by_key(services, reserve.project_id, reserve.billing_key).await {
        Ok(key) => key,
        // The claim runs out, and it is tried again.
        Err(refusal) if refusal.code != ErrorCode::ReceiptNotFound => return,
        Err(refusal) => return fail(services, &reserve, &refusal, now).await,
    };
    let ids = (reserve.project_id, services.ids.receipt(reserve.project_id, now));
    let source = PaymentSource::Reserve(reserve.id);
    let charged = match payment::charge(reserve.order.clone(), &key, source, ids, &services.pepper, now) {
        Ok(charged) => charged,
        Err(refusal) => return fail(services, &reserve, &refusal, now).await,
    };
    let intent = Arc::new(charged.payment);
    let Some(guard) = services.in_flight.payments.register(intent.receipt_id, &intent) else {
        return;
    };
    // How many there are of these is `reserves_at_once`; that others have taken the rest must not fail one.
    let guard = guard.with_slot(
        services
            .in_flight
            .payments
            .reserve_slot_over_limit(services.ledger.share_of(reserve.project_id)),
    );
    let mut changes = vec![key.still_active().into()];
    changes.push(reserve::start(&reserve, intent.receipt_id, now).into());
    changes.push(Change::OpenPayment(Box::new(Payment::clone(&intent))));
    changes.push(resolve_if_orphaned(services, &intent));
    crash_point!("reserve_before_commit");
    match services.ledger.commit(reserve.project_id, changes).await {
        Ok(()) => {}
        Err(CommitError::Refused(CommitRefused::LostRace | CommitRefused::OrderTaken)) => {
            return lost(services, &reserve, now).await;
        }
        Err(error) => {
            tracing::warn!(%error, reserve_id = %reserve.id, "a reserve starts late");
            // Nothing was sent and nothing will be: if the intent is on disk, it ends here, and the reserve is due again.
            if matches!(error, CommitError::InDoubt(_)) {
                never_sent(services, guard, intent).await;
            }
            return;
        }
    }
    crash_point!("reserve_after_commit");
    let late_ms = now.since_ms(reserve.due_at);
    metrics::histogram!("jadong_reserve_late_seconds").record(late_ms as f64 / 1000.0);
    if let Err(refusal) = debit(services, guard, intent, send_by).await {
        tracing::error!(code = refusal.code.name(), reserve_id = %reserve.id, "a reserve's outcome was not recorded");
    }
}

/// It was revoked or started elsewhere, and nothing is left to do; or its key was destroyed at this moment.
async fn lost(services: &Services, reserve: &Reserve, now: EpochMs) {
    match key::by_key(services, reserve.project_id, reserve.billing_key).await {
        Ok(key) if key.is_destroyed() => {
            fail(
                services,
                reserve,
                &Refusal::new(ErrorCode::KeyExpired, "billing_key"),
                now,
            )
            .await;
        }
        // Where it is still waiting, the claim runs out.
        Ok(_) | Err(_) => {}
    }
}

/// The PG cannot be reached: the reserve waits, and is as late as it is.
async fn wait(services: &Services, reserve: &Reserve, held: Lease, until: EpochMs) {
    let later = Change::Schedule {
        kind: DueKind::Reserve,
        object: reserve.id.0,
        at: Some(until),
        held: Some(held),
    };
    if let Err(error) = services.ledger.commit(reserve.project_id, vec![later]).await {
        // The claim runs out by itself.
        tracing::debug!(%error, reserve_id = %reserve.id, "a reserve is looked at sooner");
    }
}

/// The bank takes no debits now: the reserve waits, and says so.
async fn postpone(services: &Services, reserve: &Reserve, held: Lease, until: EpochMs) {
    tracing::info!(reserve_id = %reserve.id, until = until.to_wire(), "a reserve was put off: no debits now");
    let put_off = Change::PostponeReserve {
        reserve_id: reserve.id,
        until,
        held,
    };
    if let Err(error) = services.ledger.commit(reserve.project_id, vec![put_off]).await {
        tracing::warn!(%error, reserve_id = %reserve.id, "a reserve could not be put off");
    }
}

async fn fail(services: &Services, reserve: &Reserve, refusal: &Refusal, now: EpochMs) {
    // The database lets a waiting reserve fail only by way of its execution.
    let mut started = reserve.clone();
    let begin = reserve.step(ReserveState::Executing, now, domain::transition::Actor::Worker);
    started.seq = begin.seq;
    started.state = ReserveState::Executing;
    let end = reserve::failed(&started, refusal, None, now);
    let mut changes = vec![
        Change::TransitionReserve(Box::new(begin)),
        Change::TransitionReserve(Box::new(end)),
    ];
    let recorded = async {
        webhook::ready(services, reserve.project_id).await?;
        changes.extend(webhook::reserve_webhook(services, reserve, refusal)?);
        services.ledger.commit(reserve.project_id, changes).await
    };
    match recorded.await {
        Ok(()) | Err(CommitError::Refused(CommitRefused::LostRace)) => {}
        Err(error) => tracing::warn!(%error, reserve_id = %reserve.id, "a failed reserve could not be recorded"),
    }
}

/// How often a reserve has gone back to waiting because its process died.
async fn deaths(services: &Services, project: ProjectId, id: ReserveId) -> Result<usize, ReadError> {
    let history = services.store().history(project, id.to_string()).await?;
    let died = |row: &&store::HistoryRow| {
        row.to == ReserveState::Waiting.name() && row.detail.ends_with(reserve::NEVER_ARRIVED)
    };
    Ok(history.iter().filter(died).count())
}

/// Until when a reserve whose debit the PG never heard of is tried again. What fell due while nobody was there is not late.
fn give_up_at(services: &Services, reserve: &Reserve) -> EpochMs {
    let within = services.settings.timing.reserve_retry_within.as_millis();
    let due_at = reserve.due_at.max(services.clocks.started_at);
    due_at.plus_ms(u64::try_from(within).unwrap_or(u64::MAX))
}

/// The end of the reserve whose payment has just ended, or its return. Errors: the reserve cannot be read, so nothing may be
/// recorded.
pub async fn end_with(
    services: &Services,
    payment: &Payment,
    dispatch: DebitDispatch,
) -> Result<Option<ReserveTransition>, ReadError> {
    let PaymentSource::Reserve(id) = payment.source else {
        return Ok(None);
    };
    let found = services.store().reserve(payment.project_id, id).await?;
    let Some(executing) = found.filter(|reserve| reserve.state == ReserveState::Executing) else {
        return Ok(None);
    };
    let now = services.now_of(payment.project_id);
    let give_up_at = match dispatch {
        // It may be what kills the process.
        DebitDispatch::Never if deaths(services, payment.project_id, id).await? >= DEATHS_MAX => now,
        _ => give_up_at(services, &executing),
    };
    Ok(reserve::ended(&executing, payment, dispatch, give_up_at, now))
}
