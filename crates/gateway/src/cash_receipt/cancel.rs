//! Taking a cash receipt back.

use std::sync::Arc;

use domain::cash_receipt::{CashReceipt, Origin, State};
use domain::change::Actor;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal};
use pg::{CancelReceiptOrder, Outcome, PaymentFound, ReceiptFound, Unknown};
use store::{CommitError, Refused};

use super::lookup::stored;
use super::{Answered, failed, in_doubt, not_put, put, turn, wait};
use crate::crash::crash_point;
use crate::house::House;
use crate::kind;

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
    house: &Arc<House>,
    project: ProjectId,
    id: ReceiptId,
    of: Of,
    reason: String,
) -> Result<Answered, Refusal> {
    let walked = house.tasks.spawn(walk(house.clone(), project, id, of, reason));
    walked.await.map_err(|_| Refusal::of(ErrorCode::Internal))?
}

async fn walk(
    house: Arc<House>,
    project: ProjectId,
    id: ReceiptId,
    of: Of,
    reason: String,
) -> Result<Answered, Refusal> {
    let Some(_turn) = turn(&house, id) else {
        wait(&house, id).await;
        let receipt = find(&house, project, id, of).await?;
        return match receipt.state {
            State::Cancelled => Ok(Answered::again(receipt)),
            State::Cancelling | State::Intended => Err(in_doubt(&receipt)),
            State::Issued | State::Failed => Err(failed(&receipt)),
        };
    };
    let receipt = find(&house, project, id, of).await?;
    match receipt.state {
        State::Issued => {
            let cancelling = receipt.cancelling();
            put(&house, &cancelling, Actor::Api)
                .await
                .map_err(|error| not_put(&error, &cancelling))?;
            crash_point!("cash_receipt_cancel_after_commit");
            let outcome = ask(&house, &cancelling, reason).await;
            crash_point!("cash_receipt_cancel_after_pg");
            end(&house, cancelling, outcome, Actor::Api).await
        }
        State::Cancelling => {
            let before = Before::of(&house, &receipt);
            let receipt = receipt.again();
            put(&house, &receipt, Actor::Api)
                .await
                .map_err(|error| not_put(&error, &receipt))?;
            let outcome = ask_again(&house, &receipt, reason, before).await;
            end(&house, receipt, outcome, Actor::Api).await
        }
        State::Cancelled => Ok(Answered::again(receipt)),
        State::Intended => Err(in_doubt(&receipt)),
        State::Failed => Err(failed(&receipt)),
    }
}

async fn find(house: &House, project: ProjectId, id: ReceiptId, of: Of) -> Result<CashReceipt, Refusal> {
    let found = stored(house, project, id).await?;
    match found.filter(|receipt| (receipt.origin == Origin::Alone) == (of == Of::Alone)) {
        Some(covered) => Ok(covered),
        None => Err(kind::not_found(house, project, id.0, "receipt_id").await),
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
    pub fn of(house: &House, receipt: &CashReceipt) -> Self {
        let now = house.now_of(receipt.project_id);
        if receipt.due_at.is_some_and(|due| due <= now) {
            Self::HasLanded
        } else {
            Self::MayStillLand
        }
    }
}

/// Sends the cancel again, under its own order id, which the PG takes once. The call before may have been done: a refusal counts
/// only where the receipt stands and nothing is on its way, and "not sent" says nothing.
pub async fn ask_again(house: &House, cancelling: &CashReceipt, reason: String, before: Before) -> Outcome<()> {
    let outcome = ask(house, cancelling, reason).await;
    let says_nothing = matches!(
        outcome,
        Outcome::Refused { .. } | Outcome::NotSent(_) | Outcome::Unknown(Unknown::Duplicate)
    );
    if !says_nothing {
        return outcome;
    }
    match stands(house, cancelling).await {
        Some(false) => Outcome::Done(()),
        Some(true) if before == Before::HasLanded && matches!(outcome, Outcome::Refused { .. }) => outcome,
        _ => Outcome::Unknown(Unknown::Duplicate),
    }
}

/// Whether the PG still has the receipt; `None` when it does not say.
async fn stands(house: &House, receipt: &CashReceipt) -> Option<bool> {
    let at = house.clocks.moment_of(receipt.project_id);
    if receipt.origin != Origin::Debit {
        return match house.connector.find_receipt(receipt.pg_order_id.clone(), at).await {
            Outcome::Done(ReceiptFound::Issued(_)) => Some(true),
            Outcome::Done(ReceiptFound::Cancelled(_)) => Some(false),
            _ => None,
        };
    }
    // Issued with the debit, it is part of the payment and has no order of its own.
    let payment = house
        .store
        .payment(receipt.project_id, receipt.receipt_id)
        .await
        .ok()??;
    match house.connector.find_by_tid(payment.debit?.tid, at).await {
        Outcome::Done(PaymentFound::Paid(seen)) => Some(seen.debit.cash_receipt.is_some()),
        _ => None,
    }
}

pub async fn ask(house: &House, receipt: &CashReceipt, reason: String) -> Outcome<()> {
    let order = CancelReceiptOrder {
        order_id: receipt.cancel_order_id(),
        tid: receipt.tid.clone().unwrap_or_default(),
        reason,
    };
    let at = house.clocks.moment_of(receipt.project_id);
    house.connector.cancel_receipt(order, at).await
}

/// Commits what the cancel came to, and answers with it.
pub async fn end(house: &House, cancelling: CashReceipt, outcome: Outcome<()>, by: Actor) -> Result<Answered, Refusal> {
    let (after, refusal) = match outcome {
        Outcome::Done(()) => (cancelling.cancelled(house.now_of(cancelling.project_id)), None),
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
    match put(house, &after, by).await {
        Ok(()) => {}
        // The payment was cancelled meanwhile, and its receipt with it.
        Err(CommitError::Refused(Refused::LostRace)) => {
            let now = stored(house, after.project_id, after.receipt_id).await?;
            let gone = now.filter(|receipt| receipt.state == State::Cancelled);
            return gone.map(Answered::now).ok_or_else(|| in_doubt(&after));
        }
        Err(error) => {
            tracing::error!(%error, receipt_id = %after.receipt_id, "what became of a cash receipt could not be recorded");
            return Err(in_doubt(&after));
        }
    }
    metrics::counter!("jadong_cash_receipts_total", "state" => after.state.name()).increment(1);
    refusal.map_or_else(|| Ok(Answered::now(after)), Err)
}
