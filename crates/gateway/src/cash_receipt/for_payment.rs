//! A cash receipt for a paid payment, asked for by the merchant.

use std::sync::Arc;

use domain::cash_receipt::{Asked, CashReceipt, Decision, IssueFields, Origin, decide};
use domain::payment::Payment;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal};
use store::{CommitError, Refused};

use super::ask::{ask, resume, told};
use super::lookup::stored;
use super::with_payment::standing_print;
use super::{Answered, not_put, put_for, turn, wait};
use crate::house::House;
use crate::payment;

/// How often it is decided anew on a payment that has moved: as often as cancels of it can end meanwhile.
const DECISIONS: usize = 64;

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
    let mut payment = payment::by_receipt(&house, project, receipt).await?;
    let asked = fields.read()?;
    let Some(_turn) = turn(&house, receipt) else {
        wait(&house, receipt).await;
        let earlier = stored(&house, project, receipt).await?;
        let is_same = is_same(&house, &payment, earlier.as_ref(), &asked).await;
        return Ok((payment, told(earlier, is_same)?));
    };
    for _decision in 0..DECISIONS {
        let earlier = stored(&house, project, receipt).await?;
        let same = is_same(&house, &payment, earlier.as_ref(), &asked).await;
        let intent = match (decide(earlier.as_ref(), same)?, earlier) {
            (Decision::Replay, Some(earlier)) => return Ok((payment, Answered::again(earlier))),
            (Decision::Resume, Some(earlier)) => return Ok((payment, resume(&house, earlier, &asked).await?)),
            (_, earlier) => {
                let now = house.now_of(project);
                let order = house.ids.receipt(now);
                asked.for_payment(&payment, earlier.as_ref(), order, &house.pepper, now)?
            }
        };
        match put_for(&house, &payment, &intent).await {
            Ok(()) => return Ok((payment, ask(&house, intent, &asked).await?)),
            // Cancelled meanwhile, in part or whole: the receipt would be over another sum.
            Err(CommitError::Refused(Refused::LostRace)) => {
                payment = payment::by_receipt(&house, project, receipt).await?;
            }
            Err(error) => return Err(not_put(&error, &intent)),
        }
    }
    Err(Refusal::of(ErrorCode::Overloaded))
}

/// Whether the receipt that is there is the one that is asked for. One that came with the debit was asked for with the key: by
/// its purpose and number, as far as they are known.
async fn is_same(house: &House, payment: &Payment, earlier: Option<&CashReceipt>, asked: &Asked) -> bool {
    match earlier {
        None => false,
        Some(earlier) if earlier.origin == Origin::Debit => {
            let print = asked.number_print(payment.project_id, &house.pepper);
            earlier.purpose == asked.purpose && standing_print(house, payment).await == Some(print)
        }
        Some(earlier) => earlier.fingerprint == Some(asked.print_for(payment.receipt_id, &house.pepper)),
    }
}
