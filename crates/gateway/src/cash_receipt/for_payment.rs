//! A cash receipt for a paid payment, asked for by the merchant.

use std::sync::Arc;

use domain::cash_receipt::{Decision, IssueFields, decide};
use domain::change::Actor;
use domain::payment::Payment;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal};

use super::ask::{ask, resume, told};
use super::lookup::stored;
use super::{Answered, put, turn, wait};
use crate::house::House;
use crate::issuance::commit_refusal;
use crate::payment;

/// Issues it, or finds the one that an equal request made; an equal one under way is waited for.
///
/// Errors: `RC_NOT_FOUND`, the faults of the fields, `RC_NOT_PAID`, `RC_CASH_RECEIPT_CONFLICT` when a different one is there,
/// and those of asking.
pub async fn for_payment(
    house: &Arc<House>,
    project: ProjectId,
    receipt: ReceiptId,
    fields: IssueFields,
) -> Result<(Payment, Answered), Refusal> {
    let walked = house.tasks.spawn(walk(house.clone(), project, receipt, fields));
    walked.await.map_err(|_| Refusal::of(ErrorCode::Internal))?
}

async fn walk(
    house: Arc<House>,
    project: ProjectId,
    receipt: ReceiptId,
    fields: IssueFields,
) -> Result<(Payment, Answered), Refusal> {
    let payment = payment::by_receipt(&house, project, receipt).await?;
    let asked = fields.read()?;
    let print = asked.print_for(receipt, &house.pepper);
    let Some(_turn) = turn(&house, receipt) else {
        wait(&house, receipt).await;
        let answered = told(stored(&house, project, receipt).await?, print)?;
        return Ok((payment, answered));
    };
    let earlier = stored(&house, project, receipt).await?;
    let decision = decide(earlier.as_ref(), print)?;
    let answered = match (decision, earlier) {
        (Decision::Replay, Some(earlier)) => Answered::again(earlier),
        (Decision::Resume, Some(earlier)) => resume(&house, earlier, &asked).await?,
        (_, earlier) => {
            let now = house.now_of(project);
            let order = house.ids.receipt(now);
            let intent = asked.for_payment(&payment, earlier.as_ref(), order, &house.pepper, now)?;
            put(&house, &intent, Actor::Api)
                .await
                .map_err(|error| commit_refusal(&error))?;
            ask(&house, intent, &asked).await?
        }
    };
    Ok((payment, answered))
}
