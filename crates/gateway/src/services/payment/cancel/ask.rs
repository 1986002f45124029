//! Asking the PG to give money back, and finding out what came of it.

use std::sync::Arc;
use std::time::Duration;

use domain::change::Change;
use domain::due::{DueKind, Lease};

use domain::error::PgMessage;
use domain::payment::{Cancel, CancelState, ManualCancelResolution, Payment};
use domain::{EpochMs, ErrorCode, ProjectId, Refusal, Won};
use pg::{Finding, Outcome, PaymentLookup, RefundRequest, RefundsSeen, SendBy};
use store::Leased;

use super::end::{EndedBy, end};
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

/// Asks the PG for a cancel that nobody has sent yet. One that is seen by the sum alone is sent only when the sum is what it should
/// be: what somebody else gives back would be taken for it.
pub async fn ask(services: &Services, payment: &Payment, cancel: &Cancel, send_by: SendBy) -> CancelOutcome {
    if services.capabilities(payment.project_id).refunds != RefundsSeen::ByOrder {
        match find(services, payment, cancel).await {
            CancelLookup::NotThere | CancelLookup::NotTold { .. } => {}
            CancelLookup::NoAnswer => return CancelOutcome::NotSent,
            CancelLookup::GivenBackElsewhere => return given_back_elsewhere(services, payment),
            // All of it, and not by this one.
            CancelLookup::Done if cancel.price == payment.balance() => return given_back_elsewhere(services, payment),
            CancelLookup::Done | CancelLookup::OtherSum => return CancelOutcome::Refused(other_sum()),
        }
    }
    send(services, payment, cancel, send_by).await
}

async fn send(services: &Services, payment: &Payment, cancel: &Cancel, send_by: SendBy) -> CancelOutcome {
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelLookup {
    Done,
    /// Not this one, and nothing is left that it could give back.
    GivenBackElsewhere,
    /// Somebody else has given a part of it back: by the sum it cannot be told whether this one was done.
    OtherSum,
    /// It may still be on its way.
    NotThere,
    /// The PG tells refunds by their order ids, and not here which there were; so much was not given back.
    NotTold {
        left: Won,
    },
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
    let is_by_order = services.capabilities(payment.project_id).refunds == RefundsSeen::ByOrder;
    if is_by_order && seen.cancel_orders.is_none() {
        // The sum may be somebody else's. Sent again under its own order id it is answered for itself.
        return CancelLookup::NotTold { left: seen.balance };
    }
    let is_done = match &seen.cancel_orders {
        Some(orders) => orders.contains(&cancel.id.to_string()),
        None => seen.balance == payment.balance().minus(cancel.price),
    };
    if is_done {
        CancelLookup::Done
    } else if is_all_back {
        CancelLookup::GivenBackElsewhere
    } else if seen.cancel_orders.is_none() && seen.balance != payment.balance() {
        CancelLookup::OtherSum
    } else {
        CancelLookup::NotThere
    }
}

fn given_back_elsewhere(services: &Services, payment: &Payment) -> CancelOutcome {
    let words = services
        .pg
        .connector
        .message(Finding::CancelledAlready, Some(payment.project_id));
    CancelOutcome::GivenBackElsewhere(words)
}

fn other_sum() -> PgMessage {
    PgMessage::new(
        "OTHER_BALANCE",
        "PG의 잔액이 이 게이트웨이의 기록과 다릅니다 (somebody else has given a part of it back at the PG)",
    )
}

async fn look_up(services: &Services, payment: &Payment, cancel: &Cancel) -> CancelOutcome {
    match find(services, payment, cancel).await {
        CancelLookup::Done => CancelOutcome::Done,
        CancelLookup::GivenBackElsewhere => given_back_elsewhere(services, payment),
        CancelLookup::NotThere | CancelLookup::NotTold { .. } | CancelLookup::OtherSum | CancelLookup::NoAnswer => {
            CancelOutcome::Unknown
        }
    }
}

/// Whether a turn at a cancel may send it once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resend {
    WhereSafe,
    /// The lease runs out, and the worker's turn comes then.
    Never,
}

/// A worker's turn at a cancel whose outcome nobody knows: look it up, else send it again under the same order id where that is safe.
pub async fn resolve_cancel(services: &Arc<Services>, leased: &Leased<Cancel>, resend: Resend) -> Result<(), Refusal> {
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
    let ended = match find(services, &payment, cancel).await {
        CancelLookup::Done => CancelOutcome::Done,
        CancelLookup::GivenBackElsewhere => given_back_elsewhere(services, &payment),
        seen if resend == Resend::WhereSafe && may_be_sent_again(services, cancel, project, seen) => {
            match send_again(services, leased, &payment, seen, send_by).await {
                Some(ended) => ended,
                // Somebody else has it since.
                None => return Ok(()),
            }
        }
        CancelLookup::NotThere | CancelLookup::NotTold { .. } | CancelLookup::OtherSum | CancelLookup::NoAnswer => {
            CancelOutcome::Unknown
        }
    };
    if matches!(ended, CancelOutcome::NotSent | CancelOutcome::Unknown) {
        if resend == Resend::WhereSafe {
            postpone(services, leased).await;
        }
        return Ok(());
    }
    let ended = end(services, guard, payment.clone(), ended, EndedBy::Worker, cancel).await;
    if ended.is_err() {
        // What cannot be recorded is not asked for at every lease: the PG could say otherwise to the same refund later.
        postpone(services, leased).await;
    }
    ended.map(drop)
}

/// Sends a refund without an outcome once more. On disk before: how long ago it was sent counts from the last time. What it is refused with
/// says nothing of the time before, where money may have gone back since. `None`: somebody else has it since, and nothing was sent.
async fn send_again(
    services: &Services,
    leased: &Leased<Cancel>,
    payment: &Payment,
    seen: CancelLookup,
    send_by: SendBy,
) -> Option<CancelOutcome> {
    let (project, cancel, now) = (leased.project, &leased.of, services.now_of(leased.project));
    let held = Change::Renew {
        kind: DueKind::Cancel,
        object: cancel.id.0,
        until: lease_until(services, now),
        lease: leased.lease,
    };
    let again = Change::SendCancelAgain { id: cancel.id, at: now };
    if let Err(error) = services.ledger.commit(project, vec![held, again]).await {
        tracing::info!(%error, cancel = %cancel.id, "a cancel is not sent again by this process");
        return None;
    }
    let has_moved = matches!(seen, CancelLookup::NotTold { left } if left != payment.balance());
    let is_by_order = services.capabilities(project).refunds == RefundsSeen::ByOrder;
    Some(match send(services, payment, cancel, send_by).await {
        CancelOutcome::Refused(_) if !is_by_order => look_up(services, payment, cancel).await,
        CancelOutcome::Refused(_) if has_moved => CancelOutcome::Unknown,
        ended => ended,
    })
}

/// By its order id any time; what is seen by the sum alone only when that has stood still for long enough.
fn may_be_sent_again(services: &Services, cancel: &Cancel, project: ProjectId, seen: CancelLookup) -> bool {
    match services.capabilities(project).refunds {
        RefundsSeen::ByOrder => true,
        RefundsSeen::BySum { stands_still } => {
            seen == CancelLookup::NotThere && was_sent_before(services, cancel, project, stands_still)
        }
    }
}

/// Whether it was last sent so long ago.
pub fn was_sent_before(services: &Services, cancel: &Cancel, project: ProjectId, ago: Duration) -> bool {
    // After a jump of the clock nobody knows how long ago it was.
    let since = cancel.sent_at.max(services.clocks.steady_since());
    u128::from(services.now_of(project).since_ms(since)) >= ago.as_millis()
}

/// Whether it has no end yet. Who has registered it is the only one who asks the PG for it, so that it stays so.
async fn is_open(services: &Services, project: ProjectId, cancel: &Cancel) -> Result<bool, Refusal> {
    let cancels = services.store().cancels(project, cancel.receipt_id).await;
    let cancels = cancels?;
    let is_open = |now: &Cancel| now.id == cancel.id && now.state == CancelState::Intended;
    Ok(cancels.iter().any(is_open))
}

/// The longer nobody knows, the seldomer the PG is asked: after half of that time again, and at least every hour.
async fn postpone(services: &Services, leased: &Leased<Cancel>) {
    let cancel = &leased.of;
    let now = services.now_of(leased.project);
    let apart_ms = match services.capabilities(leased.project).refunds {
        RefundsSeen::ByOrder => 0,
        RefundsSeen::BySum { stands_still } => u64::try_from(stands_still.as_millis()).unwrap_or(u64::MAX),
    };
    let wait_ms = (now.since_ms(cancel.requested_at) / 2)
        .max(apart_ms)
        .min(LOOKED_UP_EVERY_MS);
    let at = lease_until(services, now).max(now.plus_ms(wait_ms));
    put_off(services, leased.project, cancel, leased.lease, at).await;
}

/// Nobody is at it until then: a worker looks again, or a person says what became of it.
pub async fn put_off(services: &Services, project: ProjectId, cancel: &Cancel, held: Lease, at: EpochMs) {
    let put_off = Change::Schedule {
        kind: DueKind::Cancel,
        object: cancel.id.0,
        at: Some(at),
        held: Some(held),
    };
    if let Err(error) = services.ledger.commit(project, vec![put_off]).await {
        // The claim runs out by itself.
        tracing::warn!(%error, cancel = %cancel.id, "a cancel in doubt is looked up sooner than it should be");
    }
}
