//! Asking the PG for a cash receipt whose intent is on disk, and putting what it says on disk.

use std::sync::Arc;

use domain::cash_receipt::{
    CashReceipt, CashReceiptDecision, CashReceiptOrigin, CashReceiptRequest, CashReceiptState, decide,
};
use domain::error::PgMessage;
use domain::transition::Actor;
use domain::{ErrorCode, Refusal};
use pg::{
    CashReceiptLookup, CashReceiptRecord, CashReceipts, FindCashReceiptRequest, IssueCashReceiptRequest, Outcome,
    SendBy,
};

use super::cancel::Before;
use super::end::record;
use super::{CashReceiptAnswer, failed, in_doubt, not_put, order, put};
use crate::services::Services;
use crate::support::InFlightGuard;
use crate::support::failpoints::crash_point;

/// How asking ended.
pub enum IssueOutcome {
    Issued(CashReceiptRecord),
    /// It was issued, and somebody took it back at the PG.
    TakenBack(CashReceiptRecord),
    Refused(PgMessage),
    NotSent,
    /// The PG knows nothing of it, long after it could have.
    NeverArrived,
    Unknown,
}

/// The first time: what was never sent, or was refused, does not exist.
///
/// Errors: `RC_CASH_RECEIPT_FAILED` with the PG's words, `PG_UNAVAILABLE`, `RC_CASH_RECEIPT_IN_DOUBT`.
pub async fn ask(
    services: &Arc<Services>,
    turn: InFlightGuard<()>,
    intent: CashReceipt,
    asked: &CashReceiptRequest,
    send_by: SendBy,
) -> Result<CashReceiptAnswer, Refusal> {
    crash_point!("cash_receipt_after_commit");
    let ended = issue(services, &intent, asked, send_by).await;
    crash_point!("cash_receipt_after_pg");
    end(services, turn, intent, ended, Actor::Api).await
}

/// The same request again, after an unknown outcome: looked up, else sent again under the same order id.
pub async fn resume(
    services: &Arc<Services>,
    turn: InFlightGuard<()>,
    intent: CashReceipt,
    asked: &CashReceiptRequest,
) -> Result<CashReceiptAnswer, Refusal> {
    let before = Before::of(services, &intent);
    let mut intent = intent;
    let mut ended = look_up(services, &intent).await;
    if matches!(ended, IssueOutcome::Unknown) && may_be_sent_again(services, &intent) {
        let send_by = services.send_by();
        // On disk before it leaves: the worker's time counts from the last call that could land.
        let again = intent.again();
        put(services, &again, Actor::Api)
            .await
            .map_err(|error| not_put(error, &again))?;
        intent = again;
        ended = issue(services, &intent, asked, send_by).await;
    }
    ended = match ended {
        // This one was not sent; the one before may have been.
        IssueOutcome::NotSent => IssueOutcome::Unknown,
        IssueOutcome::Refused(words) => after_refusal(services, &intent, words, before).await,
        other => other,
    };
    end(services, turn, intent, ended, Actor::Api).await
}

/// Not where nobody can tell what became of the first: there may be two.
fn may_be_sent_again(services: &Services, intent: &CashReceipt) -> bool {
    let is_findable = services.capabilities(intent.project_id).cash_receipts == CashReceipts::Findable;
    is_findable || intent.origin != CashReceiptOrigin::Standalone
}

/// What an equal request is told that has waited for another one.
pub fn told(stored: Option<CashReceipt>, is_same: bool) -> Result<CashReceiptAnswer, Refusal> {
    let Some(receipt) = stored else {
        return Err(Refusal::of(ErrorCode::Overloaded));
    };
    match decide(Some(&receipt), is_same)? {
        CashReceiptDecision::Replay => Ok(CashReceiptAnswer::again(receipt)),
        CashReceiptDecision::Resume => Err(in_doubt(&receipt)),
        CashReceiptDecision::Issue if receipt.state == CashReceiptState::Failed => Err(failed(&receipt)),
        CashReceiptDecision::Issue => Err(Refusal::of(ErrorCode::Overloaded)),
    }
}

async fn issue(services: &Services, intent: &CashReceipt, asked: &CashReceiptRequest, send_by: SendBy) -> IssueOutcome {
    let Ok(FindCashReceiptRequest {
        order_id, payment_tid, ..
    }) = order(services, intent).await
    else {
        return IssueOutcome::NotSent;
    };
    let order = IssueCashReceiptRequest {
        order_id,
        payment_tid,
        order_name: intent.order_name.clone(),
        price: intent.price,
        purpose: intent.purpose,
        number: asked.number.clone(),
    };
    let at = services.clocks.call_time(intent.project_id).sent_by(send_by);
    match services.pg.connector.issue_receipt(order, at).await {
        Outcome::Done(issued) => IssueOutcome::Issued(issued),
        Outcome::Refused { pg, .. } => IssueOutcome::Refused(pg),
        Outcome::NotSent(_) => IssueOutcome::NotSent,
        Outcome::Unknown(_) => look_up(services, intent).await,
    }
}

/// "Not there" is not believed: the call may still be on its way.
async fn look_up(services: &Services, intent: &CashReceipt) -> IssueOutcome {
    match super::look_up(services, intent).await {
        Outcome::Done(CashReceiptLookup::Issued(issued)) => IssueOutcome::Issued(issued),
        Outcome::Done(CashReceiptLookup::Cancelled(issued)) => IssueOutcome::TakenBack(issued),
        _ => IssueOutcome::Unknown,
    }
}

/// A refusal of the second call says nothing of the first, unless that can no longer arrive and left nothing.
async fn after_refusal(services: &Services, intent: &CashReceipt, words: PgMessage, before: Before) -> IssueOutcome {
    match super::look_up(services, intent).await {
        Outcome::Done(CashReceiptLookup::Issued(issued)) => IssueOutcome::Issued(issued),
        Outcome::Done(CashReceiptLookup::Cancelled(issued)) => IssueOutcome::TakenBack(issued),
        Outcome::Done(CashReceiptLookup::Nothing) if before == Before::HasLanded => IssueOutcome::Refused(words),
        _ => IssueOutcome::Unknown,
    }
}

/// Commits what asking came to, and answers with it.
pub async fn end(
    services: &Arc<Services>,
    turn: InFlightGuard<()>,
    intent: CashReceipt,
    ended: IssueOutcome,
    by: Actor,
) -> Result<CashReceiptAnswer, Refusal> {
    let now = services.now_of(intent.project_id);
    let after = match ended {
        IssueOutcome::Issued(CashReceiptRecord { tid, approve_no }) => intent.issued(tid, approve_no, now),
        IssueOutcome::TakenBack(CashReceiptRecord { tid, approve_no }) => {
            let issued = intent.issued(tid, approve_no, now);
            CashReceipt {
                seq: issued.seq,
                ..issued.cancelled(now)
            }
        }
        IssueOutcome::Refused(words) => intent.failed(Some(words)),
        IssueOutcome::NotSent | IssueOutcome::NeverArrived => intent.failed(None),
        IssueOutcome::Unknown => return Err(in_doubt(&intent)),
    };
    let state = after.state;
    let now = record(services, turn, after, by).await?;
    if now.state != state {
        return Err(in_doubt(&now));
    }
    crash_point!("cash_receipt_after_outcome_commit");
    match (now.state, &now.pg) {
        (CashReceiptState::Failed, None) => Err(Refusal::of(ErrorCode::PgUnavailable).receipt(now.receipt_id)),
        (CashReceiptState::Failed, Some(_)) => Err(failed(&now)),
        _ => Ok(CashReceiptAnswer::now(now)),
    }
}
