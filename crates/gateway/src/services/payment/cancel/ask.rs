//! Asking the PG to give money back, and finding out what came of it.

use std::sync::Arc;

use domain::change::Change;
use domain::due::DueKind;

use domain::error::PgMessage;
use domain::payment::{Cancel, CancelState, ManualCancelResolution, Payment};
use domain::transition::Actor;
use domain::{ErrorCode, ProjectId, Refusal};
use pg::{Finding, Outcome, PaymentLookup, RefundRequest, SendBy};
use store::Leased;

use super::end::end;
use crate::services::Services;
use crate::services::payment::resolution::lease_until;

/// However old a cancel without an outcome is, the PG is asked at least so often.
const LOOKED_UP_EVERY_MS: u64 = 60 * 60 * 1000;

/// How one cancel ended at the PG.
#[derive(Clone)]
pub enum CancelOutcome {
    Done,
    /// A person says so.
    DoneBy(ManualCancelResolution),
    Refused(PgMessage),
    /// Somebody else gave all of it back, in the PG's back office; nothing is left for this one.
    GivenBackElsewhere(PgMessage),
    NotSent,
    Unknown,
}

pub async fn ask(services: &Services, payment: &Payment, cancel: &Cancel, send_by: SendBy) -> CancelOutcome {
    let Some(debit) = &payment.debit else {
        return CancelOutcome::Unknown;
    };
    if services.are_debits_held() {
        return CancelOutcome::NotSent;
    }
    let order = RefundRequest {
        order_id: cancel.id.to_string(),
        tid: debit.tid.clone(),
        price: cancel.price,
        tax_free: cancel.tax_free,
        reason: cancel.message.clone(),
    };
    let at = services
        .clocks
        .call_time(payment.project_id)
        .at_bank(&payment.masked_account.bank_code)
        .sent_by(send_by);
    match services.pg.connector.cancel(order, at).await {
        Outcome::Done(()) => CancelOutcome::Done,
        Outcome::Refused { pg, .. } => CancelOutcome::Refused(pg),
        Outcome::NotSent(_) => CancelOutcome::NotSent,
        Outcome::Unknown(_) => look_up(services, payment, cancel).await,
    }
}

/// What the PG knows of one cancel.
pub enum CancelLookup {
    Done,
    /// Not this one, and nothing is left that it could give back.
    GivenBackElsewhere,
    /// It may still be on its way.
    NotThere,
    NoAnswer,
}

/// Looks at the payment for this very cancel.
pub async fn find(services: &Services, payment: &Payment, cancel: &Cancel) -> CancelLookup {
    let Some(debit) = &payment.debit else {
        return CancelLookup::NoAnswer;
    };
    let at = services.clocks.call_time(payment.project_id);
    let (seen, is_all_back) = match services.pg.connector.find_by_tid(debit.tid.clone(), at).await {
        Outcome::Done(PaymentLookup::Paid(seen)) => (seen, false),
        Outcome::Done(PaymentLookup::Cancelled(seen)) => (seen, true),
        _ => return CancelLookup::NoAnswer,
    };
    if seen.cancel_orders.contains(&cancel.id.to_string()) {
        CancelLookup::Done
    } else if is_all_back {
        CancelLookup::GivenBackElsewhere
    } else {
        CancelLookup::NotThere
    }
}

async fn look_up(services: &Services, payment: &Payment, cancel: &Cancel) -> CancelOutcome {
    match find(services, payment, cancel).await {
        CancelLookup::Done => CancelOutcome::Done,
        CancelLookup::GivenBackElsewhere => {
            CancelOutcome::GivenBackElsewhere(services.pg.connector.message(Finding::CancelledAlready))
        }
        CancelLookup::NotThere | CancelLookup::NoAnswer => CancelOutcome::Unknown,
    }
}

/// A worker's turn at a cancel whose outcome nobody knows: look it up, else send it again under the same order id.
pub async fn resolve_cancel(services: &Arc<Services>, leased: &Leased<Cancel>) -> Result<(), Refusal> {
    let (send_by, project, cancel) = (services.send_by(), leased.project, &leased.of);
    // A person may be ending it at this moment, who must not say that it was not done while it is sent again.
    let Some(guard) = services
        .in_flight
        .cancels
        .register(cancel.id, &Arc::new(cancel.clone()))
    else {
        return Ok(());
    };
    // Or has ended it since it was claimed.
    if !is_open(services, project, cancel).await? {
        return Ok(());
    }
    let found = services.store().payment(project, cancel.receipt_id).await?;
    let payment = found.ok_or_else(|| Refusal::of(ErrorCode::Internal))?;
    let mut ended = look_up(services, &payment, cancel).await;
    if matches!(ended, CancelOutcome::Unknown) {
        ended = ask(services, &payment, cancel, send_by).await;
    }
    if matches!(ended, CancelOutcome::NotSent | CancelOutcome::Unknown) {
        postpone(services, leased).await;
        return Ok(());
    }
    let ended = end(services, guard, payment.clone(), ended, Actor::Worker, cancel).await;
    if ended.is_err() {
        // What cannot be recorded is not asked for at every lease: the PG could say otherwise to the same refund later.
        postpone(services, leased).await;
    }
    ended.map(drop)
}

/// Whether it has no end yet. Who has registered it is the only one who asks the PG for it, so that it stays so.
pub async fn is_open(services: &Services, project: ProjectId, cancel: &Cancel) -> Result<bool, Refusal> {
    let cancels = services.store().cancels(project, cancel.receipt_id).await;
    let cancels = cancels?;
    let is_open = |now: &Cancel| now.id == cancel.id && now.state == CancelState::Intended;
    Ok(cancels.iter().any(is_open))
}

/// The longer nobody knows, the seldomer the PG is asked: after half of that time again, and at least every hour.
async fn postpone(services: &Services, leased: &Leased<Cancel>) {
    let cancel = &leased.of;
    let now = services.now_of(leased.project);
    let wait_ms = (now.since_ms(cancel.requested_at) / 2).min(LOOKED_UP_EVERY_MS);
    let put_off = Change::Schedule {
        kind: DueKind::Cancel,
        object: cancel.id.0,
        at: Some(lease_until(services, now).max(now.plus_ms(wait_ms))),
        held: Some(leased.lease),
    };
    if let Err(error) = services.ledger.commit(leased.project, vec![put_off]).await {
        // The claim runs out by itself.
        tracing::warn!(%error, cancel = %cancel.id, "a cancel in doubt is looked up sooner than it should be");
    }
}
