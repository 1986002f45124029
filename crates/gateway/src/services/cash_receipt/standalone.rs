//! A cash receipt for money that was taken elsewhere. Its identity is the order id.

use std::sync::Arc;

use domain::cash_receipt::{
    CashReceipt, CashReceiptDecision, CashReceiptFields, CashReceiptRequest, CashReceiptState, StandaloneCashReceipt,
    decide,
};
use domain::fingerprint::Fingerprint;
use domain::transition::Actor;
use domain::{ErrorCode, ProjectId, Refusal};
use store::{CommitError, CommitRefused};

use super::ask::{ask, resume, told};
use super::lookup::stored;
use super::{CashReceiptAnswer, failed, not_put, put, settled, turn, wait};
use crate::services::Services;

/// Issues it, or finds the one that an equal request made; an equal one under way is waited for.
///
/// Errors: the faults of the fields, `RC_CASH_RECEIPT_CONFLICT` when a different one has the order id, and those of asking.
pub async fn standalone(
    services: &Arc<Services>,
    project: ProjectId,
    sent: StandaloneCashReceipt,
    fields: CashReceiptFields,
) -> Result<CashReceiptAnswer, Refusal> {
    services
        .run_to_end(perform(services.clone(), project, sent, fields))
        .await
}

async fn perform(
    services: Arc<Services>,
    project: ProjectId,
    sent: StandaloneCashReceipt,
    fields: CashReceiptFields,
) -> Result<CashReceiptAnswer, Refusal> {
    let asked = fields.read()?;
    for _attempt in 0..3 {
        let (send_by, now) = (services.send_by(), services.now_of(project));
        let id = services.ids.receipt(project, now);
        let intent = asked.alone(&sent, (project, id), &services.pepper, now)?;
        let found = services.store().cash_receipt_of_order(project, &intent.order_id).await;
        let found = found?;
        if let (Some(earlier), Some(print)) = (found, intent.fingerprint) {
            return again(&services, earlier, &asked, print).await;
        }
        let Some(turn) = turn(&services, id) else { continue };
        match put(&services, &intent, Actor::Api).await {
            Ok(()) => return ask(&services, turn, intent, &asked, send_by).await,
            // Somebody was faster: the next round finds theirs.
            Err(CommitError::Refused(CommitRefused::OrderTaken)) => {}
            Err(error) => return Err(not_put(error, &intent)),
        }
    }
    Err(Refusal::of(ErrorCode::Overloaded))
}

async fn again(
    services: &Arc<Services>,
    earlier: CashReceipt,
    asked: &CashReceiptRequest,
    print: Fingerprint,
) -> Result<CashReceiptAnswer, Refusal> {
    let (project, id) = (earlier.project_id, earlier.receipt_id);
    let Some(turn) = turn(services, id) else {
        wait(services, id).await;
        let stored = stored(services, project, id).await?;
        let is_same = stored.as_ref().is_some_and(|stored| stored.fingerprint == Some(print));
        return told(stored, is_same);
    };
    // It may have moved before it was this one's turn.
    let earlier = settled(services, project, id).await?.unwrap_or(earlier);
    let is_same = earlier.fingerprint == Some(print);
    match decide(Some(&earlier), is_same)? {
        CashReceiptDecision::Replay => Ok(CashReceiptAnswer::again(earlier)),
        CashReceiptDecision::Resume => resume(services, turn, earlier, asked).await,
        // It has failed just now: what its own request was answered.
        CashReceiptDecision::Issue if is_same && earlier.state == CashReceiptState::Failed => Err(failed(&earlier)),
        // Of a cancelled one the order id is not used again; one that has failed just now frees it for the next request.
        CashReceiptDecision::Issue => Err(Refusal::new(ErrorCode::CashReceiptConflict, "order_id")
            .hint(earlier.state.name())
            .receipt(id)),
    }
}
