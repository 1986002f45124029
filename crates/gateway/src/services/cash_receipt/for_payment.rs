//! A cash receipt for a paid payment, asked for by the merchant.

use std::sync::Arc;

use domain::cash_receipt::{
    CashReceipt, CashReceiptDecision, CashReceiptFields, CashReceiptOrigin, CashReceiptRequest, decide,
};
use domain::payment::Payment;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal};
use store::{CommitError, CommitRefused};

use super::ask::{ask, resume, told};
use super::lookup::stored;
use super::with_payment::standing_print;
use super::{CashReceiptAnswer, not_put, put_for, settled, turn, wait};
use crate::services::Services;
use crate::services::payment;

/// How often it is decided anew on a payment that has moved: as often as cancels of it can end meanwhile.
const DECISIONS: usize = 64;

/// Issues it, or finds the one that an equal request made; an equal one under way is waited for.
///
/// Errors: `RC_NOT_FOUND`, the faults of the fields, `RC_NOT_PAID`, `RC_CASH_RECEIPT_CONFLICT` when a different one is there,
/// and those of asking.
pub async fn for_payment(
    services: &Arc<Services>,
    project: ProjectId,
    receipt: ReceiptId,
    fields: CashReceiptFields,
) -> Result<(Payment, CashReceiptAnswer), Refusal> {
    services
        .run_to_end(perform(services.clone(), project, receipt, fields))
        .await
}

async fn perform(
    services: Arc<Services>,
    project: ProjectId,
    receipt: ReceiptId,
    fields: CashReceiptFields,
) -> Result<(Payment, CashReceiptAnswer), Refusal> {
    let mut payment = payment::by_receipt(&services, project, receipt).await?;
    let asked = fields.read()?;
    let Some(turn) = turn(&services, receipt) else {
        wait(&services, receipt).await;
        let earlier = stored(&services, project, receipt).await?;
        let is_same = is_same(&services, &payment, earlier.as_ref(), &asked).await;
        return Ok((payment, told(earlier, is_same)?));
    };
    for _decision in 0..DECISIONS {
        let earlier = settled(&services, project, receipt).await?;
        let same = is_same(&services, &payment, earlier.as_ref(), &asked).await;
        // From after the wait for another gateway, which may take as long as a call may be late.
        let send_by = services.send_by();
        let intent = match (decide(earlier.as_ref(), same)?, earlier) {
            (CashReceiptDecision::Replay, Some(earlier)) => return Ok((payment, CashReceiptAnswer::again(earlier))),
            (CashReceiptDecision::Resume, Some(earlier)) => {
                return Ok((payment, resume(&services, turn, earlier, &asked).await?));
            }
            (_, earlier) => {
                let now = services.now_of(project);
                let order = services.ids.receipt(project, now);
                payment.cash_receipt_for(&asked, earlier.as_ref(), order, &services.pepper, now)?
            }
        };
        match put_for(&services, &payment, &intent).await {
            Ok(()) => return Ok((payment, ask(&services, turn, intent, &asked, send_by).await?)),
            // Cancelled meanwhile, in part or whole: the receipt would be over another sum. Or another gateway has put one.
            Err(CommitError::Refused(CommitRefused::LostRace)) => {
                payment = payment::by_receipt(&services, project, receipt).await?;
            }
            Err(error) => return Err(not_put(error, &intent)),
        }
    }
    Err(Refusal::of(ErrorCode::Overloaded))
}

/// Whether the receipt that is there is the one that is asked for. One that came with the debit was asked for with the key: by
/// its purpose and number, as far as they are known.
async fn is_same(
    services: &Services,
    payment: &Payment,
    earlier: Option<&CashReceipt>,
    asked: &CashReceiptRequest,
) -> bool {
    match earlier {
        None => false,
        Some(earlier) if earlier.origin == CashReceiptOrigin::Debit => {
            let print = asked.number_fingerprint(payment.project_id, &services.pepper);
            earlier.purpose == asked.purpose && standing_print(services, payment).await == Some(print)
        }
        Some(earlier) => earlier.fingerprint == Some(asked.fingerprint_for(payment.receipt_id, &services.pepper)),
    }
}
