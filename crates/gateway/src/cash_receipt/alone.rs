//! A cash receipt for money that was taken elsewhere. Its identity is the order id.

use std::sync::Arc;

use domain::cash_receipt::{Alone, Asked, CashReceipt, Decision, IssueFields, decide};
use domain::change::Actor;
use domain::fingerprint::Fingerprint;
use domain::{ErrorCode, ProjectId, Refusal};
use store::{CommitError, Refused};

use super::ask::{ask, resume, told};
use super::lookup::stored;
use super::{Answered, not_put, put, turn, wait};
use crate::house::House;
use crate::issuance::read_refusal;

/// Issues it, or finds the one that an equal request made; an equal one under way is waited for.
///
/// Errors: the faults of the fields, `RC_CASH_RECEIPT_CONFLICT` when a different one has the order id, and those of asking.
pub async fn alone(
    house: &Arc<House>,
    project: ProjectId,
    sent: Alone,
    fields: IssueFields,
) -> Result<Answered, Refusal> {
    let walked = house.tasks.spawn(walk(house.clone(), project, sent, fields));
    walked.await.map_err(|_| Refusal::of(ErrorCode::Internal))?
}

async fn walk(house: Arc<House>, project: ProjectId, sent: Alone, fields: IssueFields) -> Result<Answered, Refusal> {
    let asked = fields.read()?;
    for _attempt in 0..3 {
        let now = house.now_of(project);
        let id = house.ids.receipt(now);
        let intent = asked.alone(&sent, (project, id), &house.pepper, now)?;
        let found = house.store.cash_receipt_of_order(project, &intent.order_id).await;
        let found = found.map_err(|error| read_refusal(&error))?;
        if let (Some(earlier), Some(print)) = (found, intent.fingerprint) {
            return again(&house, earlier, &asked, print).await;
        }
        let Some(_turn) = turn(&house, id) else { continue };
        match put(&house, &intent, Actor::Api).await {
            Ok(()) => return ask(&house, intent, &asked).await,
            // Somebody was faster: the next round finds theirs.
            Err(CommitError::Refused(Refused::OrderTaken)) => {}
            Err(error) => return Err(not_put(&error, &intent)),
        }
    }
    Err(Refusal::of(ErrorCode::Overloaded))
}

async fn again(house: &House, earlier: CashReceipt, asked: &Asked, print: Fingerprint) -> Result<Answered, Refusal> {
    let (project, id) = (earlier.project_id, earlier.receipt_id);
    let Some(_turn) = turn(house, id) else {
        wait(house, id).await;
        let stored = stored(house, project, id).await?;
        let is_same = stored.as_ref().is_some_and(|stored| stored.fingerprint == Some(print));
        return told(stored, is_same);
    };
    // It may have moved before it was this one's turn.
    let earlier = stored(house, project, id).await?.unwrap_or(earlier);
    match decide(Some(&earlier), earlier.fingerprint == Some(print))? {
        Decision::Replay => Ok(Answered::again(earlier)),
        Decision::Resume => resume(house, earlier, asked).await,
        // Of a cancelled one the order id is not used again; one that has failed just now frees it for the next request.
        Decision::Issue => Err(Refusal::new(ErrorCode::CashReceiptConflict, "order_id")
            .hint(earlier.state.name())
            .receipt(id)),
    }
}
