//! Asking the PG for a cash receipt whose intent is on disk, and putting what it says on disk.

use domain::cash_receipt::{Asked, CashReceipt, Decision, State, decide};
use domain::change::Actor;
use domain::error::PgWords;
use domain::{ErrorCode, Refusal};
use pg::{Outcome, ReceiptFound, ReceiptIssued, ReceiptOrder};
use store::{CommitError, Refused};

use super::cancel::Before;
use super::lookup::stored;
use super::{Answered, failed, in_doubt, not_put, put};
use crate::crash::crash_point;
use crate::house::House;

/// How asking ended.
pub enum Ended {
    Issued(ReceiptIssued),
    /// It was issued, and somebody took it back at the PG.
    TakenBack(ReceiptIssued),
    Refused(PgWords),
    NotSent,
    /// The PG knows nothing of it, long after it could have.
    NeverArrived,
    Unknown,
}

/// The first time: what was never sent, or was refused, does not exist.
///
/// Errors: `RC_CASH_RECEIPT_FAILED` with the PG's words, `PG_UNAVAILABLE`, `RC_CASH_RECEIPT_IN_DOUBT`.
pub async fn ask(house: &House, intent: CashReceipt, asked: &Asked) -> Result<Answered, Refusal> {
    crash_point!("cash_receipt_after_commit");
    let ended = issue(house, &intent, asked).await;
    crash_point!("cash_receipt_after_pg");
    end(house, intent, ended, Actor::Api).await
}

/// The same request again, after an unknown outcome: looked up, else sent again under the same order id.
pub async fn resume(house: &House, intent: CashReceipt, asked: &Asked) -> Result<Answered, Refusal> {
    let before = Before::of(house, &intent);
    let mut intent = intent;
    let mut ended = look_up(house, &intent).await;
    if matches!(ended, Ended::Unknown) {
        // On disk before it leaves: the worker's time counts from the last call that could land.
        let again = intent.again();
        put(house, &again, Actor::Api)
            .await
            .map_err(|error| not_put(&error, &again))?;
        intent = again;
        ended = issue(house, &intent, asked).await;
    }
    ended = match ended {
        // This one was not sent; the one before may have been.
        Ended::NotSent => Ended::Unknown,
        Ended::Refused(words) => after_refusal(house, &intent, words, before).await,
        other => other,
    };
    end(house, intent, ended, Actor::Api).await
}

/// What an equal request is told that has waited for another one.
pub fn told(stored: Option<CashReceipt>, is_same: bool) -> Result<Answered, Refusal> {
    let Some(receipt) = stored else {
        return Err(Refusal::of(ErrorCode::Overloaded));
    };
    match decide(Some(&receipt), is_same)? {
        Decision::Replay => Ok(Answered::again(receipt)),
        Decision::Resume => Err(in_doubt(&receipt)),
        Decision::Issue if receipt.state == State::Failed => Err(failed(&receipt)),
        Decision::Issue => Err(Refusal::of(ErrorCode::Overloaded)),
    }
}

async fn issue(house: &House, intent: &CashReceipt, asked: &Asked) -> Ended {
    let order = ReceiptOrder {
        order_id: intent.pg_order_id.clone(),
        order_name: intent.order_name.clone(),
        price: intent.price,
        purpose: intent.purpose,
        number: asked.number.clone(),
    };
    let at = house.clocks.moment_of(intent.project_id);
    match house.connector.issue_receipt(order, at).await {
        Outcome::Done(issued) => Ended::Issued(issued),
        Outcome::Refused { pg, .. } => Ended::Refused(pg),
        Outcome::NotSent(_) => Ended::NotSent,
        Outcome::Unknown(_) => look_up(house, intent).await,
    }
}

/// "Not there" is not believed: the call may still be on its way.
async fn look_up(house: &House, intent: &CashReceipt) -> Ended {
    let at = house.clocks.moment_of(intent.project_id);
    match house.connector.find_receipt(intent.pg_order_id.clone(), at).await {
        Outcome::Done(ReceiptFound::Issued(issued)) => Ended::Issued(issued),
        Outcome::Done(ReceiptFound::Cancelled(issued)) => Ended::TakenBack(issued),
        _ => Ended::Unknown,
    }
}

/// A refusal of the second call says nothing of the first, unless that can no longer arrive and left nothing.
async fn after_refusal(house: &House, intent: &CashReceipt, words: PgWords, before: Before) -> Ended {
    let at = house.clocks.moment_of(intent.project_id);
    match house.connector.find_receipt(intent.pg_order_id.clone(), at).await {
        Outcome::Done(ReceiptFound::Issued(issued)) => Ended::Issued(issued),
        Outcome::Done(ReceiptFound::Cancelled(issued)) => Ended::TakenBack(issued),
        Outcome::Done(ReceiptFound::Nothing) if before == Before::HasLanded => Ended::Refused(words),
        _ => Ended::Unknown,
    }
}

/// Commits what asking came to, and answers with it.
pub async fn end(house: &House, intent: CashReceipt, ended: Ended, by: Actor) -> Result<Answered, Refusal> {
    let now = house.now_of(intent.project_id);
    let after = match ended {
        Ended::Issued(ReceiptIssued { tid, approve_no }) => intent.issued(tid, approve_no, now),
        Ended::TakenBack(ReceiptIssued { tid, approve_no }) => {
            let issued = intent.issued(tid, approve_no, now);
            CashReceipt {
                seq: issued.seq,
                ..issued.cancelled(now)
            }
        }
        Ended::Refused(words) => intent.failed(Some(words)),
        Ended::NotSent | Ended::NeverArrived => intent.failed(None),
        Ended::Unknown => return Err(in_doubt(&intent)),
    };
    match put(house, &after, by).await {
        Ok(()) => {}
        // The worker was faster.
        Err(CommitError::Refused(Refused::LostRace)) => {
            let now = stored(house, after.project_id, after.receipt_id).await?;
            let same = now.filter(|now| now.state == after.state);
            return same.map(Answered::now).ok_or_else(|| in_doubt(&after));
        }
        Err(error) => {
            tracing::error!(%error, receipt_id = %after.receipt_id, "what became of a cash receipt could not be recorded");
            return Err(in_doubt(&after));
        }
    }
    crash_point!("cash_receipt_after_outcome_commit");
    metrics::counter!("jadong_cash_receipts_total", "state" => after.state.name()).increment(1);
    match (after.state, &after.pg) {
        (State::Failed, None) => Err(Refusal::of(ErrorCode::PgUnavailable).receipt(after.receipt_id)),
        (State::Failed, Some(_)) => Err(failed(&after)),
        _ => Ok(Answered::now(after)),
    }
}
