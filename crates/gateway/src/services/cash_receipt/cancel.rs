//! Taking a cash receipt back.

use std::sync::Arc;

use domain::cash_receipt::{CashReceipt, CashReceiptOrigin, CashReceiptState};
use domain::transition::Actor;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal};
use pg::{CancelCashReceiptRequest, CashReceiptLookup, Outcome, PaymentLookup, SendBy, Unknown, Unsent};
use store::{CommitError, CommitRefused};

use super::end::record;
use super::lookup::stored;
use super::{CashReceiptAnswer, failed, in_doubt, look_up, not_put, order, put, settled, turn, wait};
use crate::services::Services;
use crate::services::not_found;
use crate::support::InFlightGuard;
use crate::support::failpoints::crash_point;

/// Which kind of receipt the endpoint is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Payment,
    Alone,
}

/// Cancels it; the same again gives the stored answer.
///
/// Errors: `RC_NOT_FOUND`; `RC_CASH_RECEIPT_FAILED` when there is nothing to cancel or the PG refuses; `PG_UNAVAILABLE`;
/// `RC_CASH_RECEIPT_IN_DOUBT` while the PG's answer is unknown.
pub async fn cancel(
    services: &Arc<Services>,
    project: ProjectId,
    id: ReceiptId,
    of: Of,
    reason: String,
) -> Result<CashReceiptAnswer, Refusal> {
    services
        .run_to_end(perform(services.clone(), project, id, of, reason))
        .await
}

async fn perform(
    services: Arc<Services>,
    project: ProjectId,
    id: ReceiptId,
    of: Of,
    reason: String,
) -> Result<CashReceiptAnswer, Refusal> {
    let Some(turn) = turn(&services, id) else {
        wait(&services, id).await;
        let receipt = found(&services, stored(&services, project, id).await?, (project, id), of).await?;
        return match receipt.state {
            CashReceiptState::Cancelled => Ok(CashReceiptAnswer::again(receipt)),
            CashReceiptState::Cancelling | CashReceiptState::Intended => Err(in_doubt(&receipt)),
            CashReceiptState::Issued | CashReceiptState::Failed => Err(failed(&receipt)),
        };
    };
    for _attempt in 0..3 {
        // Another gateway may be taking it back.
        let receipt = found(&services, settled(&services, project, id).await?, (project, id), of).await?;
        let (asking, before) = match receipt.state {
            CashReceiptState::Issued => (receipt.cancelling(), None),
            CashReceiptState::Cancelling => (receipt.again(), Some(Before::of(&services, &receipt))),
            CashReceiptState::Cancelled => return Ok(CashReceiptAnswer::again(receipt)),
            CashReceiptState::Intended => return Err(in_doubt(&receipt)),
            CashReceiptState::Failed => return Err(failed(&receipt)),
        };
        // From here, not from before the wait: or one that waited as long as a call may be late would never be sent, again and again.
        let send_by = services.send_by();
        match put(&services, &asking, Actor::Api).await {
            Ok(()) => {}
            Err(CommitError::Refused(CommitRefused::LostRace)) => continue,
            Err(error) => return Err(not_put(error, &asking)),
        }
        crash_point!("cash_receipt_cancel_after_commit");
        let outcome = match before {
            None => ask(&services, &asking, reason, send_by).await,
            Some(before) => ask_again(&services, &asking, reason, before, send_by).await,
        };
        crash_point!("cash_receipt_cancel_after_pg");
        return end(&services, turn, asking, outcome, Actor::Api).await;
    }
    Err(Refusal::of(ErrorCode::Overloaded))
}

async fn found(
    services: &Services,
    receipt: Option<CashReceipt>,
    (project, id): (ProjectId, ReceiptId),
    of: Of,
) -> Result<CashReceipt, Refusal> {
    match receipt.filter(|receipt| (receipt.origin == CashReceiptOrigin::Standalone) == (of == Of::Alone)) {
        Some(receipt) => Ok(receipt),
        None => Err(not_found::not_found(services, project, id.0, "receipt_id").await),
    }
}

/// The call before this one, of which no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    MayStillLand,
    HasLanded,
}

impl Before {
    /// Past the time at which the worker finds out, nothing of it is on its way.
    pub fn of(services: &Services, receipt: &CashReceipt) -> Self {
        let now = services.now_of(receipt.project_id);
        if receipt.due_at.is_some_and(|due| due <= now) {
            Self::HasLanded
        } else {
            Self::MayStillLand
        }
    }
}

/// Sends the cancel again, under its own order id, which the PG takes once. The call before may have been done: a refusal counts
/// only where the receipt stands and nothing is on its way, and "not sent" says nothing.
pub async fn ask_again(
    services: &Services,
    cancelling: &CashReceipt,
    reason: String,
    before: Before,
    send_by: SendBy,
) -> Outcome<()> {
    let outcome = ask(services, cancelling, reason, send_by).await;
    let says_nothing = matches!(
        outcome,
        Outcome::Refused { .. } | Outcome::NotSent(_) | Outcome::Unknown(Unknown::Duplicate)
    );
    if !says_nothing {
        return outcome;
    }
    match stands(services, cancelling).await {
        Some(false) => Outcome::Done(()),
        Some(true) if before == Before::HasLanded && matches!(outcome, Outcome::Refused { .. }) => outcome,
        _ => Outcome::Unknown(Unknown::Duplicate),
    }
}

/// Whether the PG still has the receipt; `None` when it does not say.
async fn stands(services: &Services, receipt: &CashReceipt) -> Option<bool> {
    if receipt.origin != CashReceiptOrigin::Debit {
        return match look_up(services, receipt).await {
            Outcome::Done(CashReceiptLookup::Issued(_)) => Some(true),
            Outcome::Done(CashReceiptLookup::Cancelled(_)) => Some(false),
            _ => None,
        };
    }
    // Issued with the debit, it is part of the payment and has no order of its own.
    let payment = services
        .store()
        .payment(receipt.project_id, receipt.receipt_id)
        .await
        .ok()??;
    let at = services.clocks.call_time(receipt.project_id);
    match services.pg.connector.find_by_tid(payment.debit?.tid, at).await {
        Outcome::Done(PaymentLookup::Paid(seen)) => Some(seen.debit.cash_receipt.is_some()),
        _ => None,
    }
}

pub async fn ask(services: &Services, receipt: &CashReceipt, reason: String, send_by: SendBy) -> Outcome<()> {
    let Ok(of) = order(services, receipt).await else {
        return Outcome::NotSent(Unsent::NoTurn);
    };
    let order = CancelCashReceiptRequest {
        order_id: receipt.cancel_order_id(),
        payment_tid: of.payment_tid,
        tid: receipt.tid.clone().unwrap_or_default(),
        reason,
    };
    let at = services.clocks.call_time(receipt.project_id).sent_by(send_by);
    services.pg.connector.cancel_receipt(order, at).await
}

/// Commits what the cancel came to, and answers with it.
pub async fn end(
    services: &Arc<Services>,
    turn: InFlightGuard<()>,
    cancelling: CashReceipt,
    outcome: Outcome<()>,
    by: Actor,
) -> Result<CashReceiptAnswer, Refusal> {
    let (after, refusal) = match outcome {
        Outcome::Done(()) => (cancelling.cancelled(services.now_of(cancelling.project_id)), None),
        Outcome::Refused { pg, .. } => {
            let kept = cancelling.kept(Some(pg));
            let refusal = failed(&kept);
            (kept, Some(refusal))
        }
        Outcome::NotSent(_) => {
            let refusal = Refusal::of(ErrorCode::PgUnavailable).receipt(cancelling.receipt_id);
            (cancelling.kept(None), Some(refusal))
        }
        Outcome::Unknown(_) => return Err(in_doubt(&cancelling)),
    };
    let state = after.state;
    let now = record(services, turn, after, by).await?;
    match refusal {
        // Or its payment was cancelled meanwhile, and its receipt with it.
        _ if now.state == CashReceiptState::Cancelled => Ok(CashReceiptAnswer::now(now)),
        Some(refusal) if now.state == state => Err(refusal),
        _ => Err(in_doubt(&now)),
    }
}
