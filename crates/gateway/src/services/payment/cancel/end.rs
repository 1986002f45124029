//! Recording what a cancel came to at the PG.

use domain::change::{Change, Decision};

use domain::payment::PaymentTransition;

use domain::payment::{self, Cancel, CancelState, Payment, PaymentState};
use domain::transition::Actor;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal};
use store::{CommitError, CommitRefused};

use super::DECISIONS;
use super::ask::CancelOutcome;
use crate::services::Services;
use crate::services::cash_receipt;
use crate::services::payment::by_receipt;
use crate::services::webhook;
use crate::support::failpoints::crash_point;

/// What a cancel came to: the payment now, and why not if not.
pub type CancelResult = (Payment, Option<Refusal>);

pub async fn end(
    services: &Services,
    payment: Payment,
    cancel: &Cancel,
    ended: CancelOutcome,
    actor: Actor,
) -> Result<CancelResult, Refusal> {
    let receipt = payment.receipt_id;
    // Whatever cannot be recorded now may have happened at the PG: nobody is told that it has not.
    let unknown = |_| Refusal::of(ErrorCode::CancelCritical).receipt(receipt);
    webhook::ready(services, payment.project_id).await.map_err(unknown)?;
    let end = |state, pg| Change::EndCancel {
        id: cancel.id,
        state,
        pg,
    };
    let (changes, after, refusal) = match ended {
        CancelOutcome::Done => {
            let moved = |now: &Payment| payment::cancelled(now, cancel, actor, services.now_of(now.project_id));
            return give_back(services, &payment, end(CancelState::Done, None), moved, None).await;
        }
        CancelOutcome::DoneBy(said) => {
            let moved = |now: &Payment| said.given_back(now, cancel, services.now_of(now.project_id));
            return give_back(services, &payment, end(CancelState::Done, None), moved, None).await;
        }
        CancelOutcome::GivenBackElsewhere(pg) => {
            let refusal = Refusal::new(ErrorCode::AlreadyCancelled, "receipt_id").receipt(receipt);
            let refusal = refusal.pg(Some(pg.clone()));
            let moved = |now: &Payment| payment::cancelled_elsewhere(now, actor, services.now_of(now.project_id));
            return give_back(
                services,
                &payment,
                end(CancelState::Refused, Some(pg)),
                moved,
                Some(refusal),
            )
            .await;
        }
        CancelOutcome::Refused(pg) => {
            let mut changes = vec![end(CancelState::Refused, Some(pg.clone()))];
            let cash = cash_receipt::of_payment(services, &payment).await.ok().flatten();
            changes.extend(
                webhook::failed_cancel_webhook(services, &payment, cash.as_ref())
                    .map_err(|error| not_recorded(&error, receipt))?,
            );
            let refusal = Refusal::of(ErrorCode::CancelServerError).pg(Some(pg)).receipt(receipt);
            (changes, payment, refusal)
        }
        CancelOutcome::NotSent => {
            let refusal = Refusal::of(ErrorCode::PgUnavailable).receipt(receipt);
            (vec![end(CancelState::Refused, None)], payment, refusal)
        }
        CancelOutcome::Unknown => {
            let refusal = Refusal::of(ErrorCode::CancelCritical).receipt(receipt);
            return Ok((payment, Some(refusal)));
        }
    };
    match services.ledger.commit(after.project_id, changes).await {
        // The worker was faster with the same answer.
        Ok(()) | Err(CommitError::Refused(CommitRefused::LostRace)) => {}
        Err(error) => return Err(not_recorded(&error, receipt)),
    }
    crash_point!("cancel_after_outcome_commit");
    Ok((after, Some(refusal)))
}

/// Records that money went back: the cancel's end, the payment's new sums, the webhook, and the end of a cash receipt that came
/// with the debit. Decided on the payment as it is by now, and anew when it or its cash receipt moves meanwhile.
async fn give_back(
    services: &Services,
    payment: &Payment,
    ended: Change,
    moved: impl Fn(&Payment) -> PaymentTransition,
    refusal: Option<Refusal>,
) -> Result<CancelResult, Refusal> {
    let receipt = payment.receipt_id;
    for _decision in 0..DECISIONS {
        let now = match by_receipt(services, payment.project_id, receipt).await {
            Ok(now) => now,
            Err(refusal) => return Err(Refusal::of(ErrorCode::CancelCritical).receipt(receipt).pg(refusal.pg)),
        };
        if !matches!(now.state, PaymentState::Paid | PaymentState::PartlyCancelled) {
            // The worker was faster with the same answer.
            return Ok((now, refusal));
        }
        let step = moved(&now);
        let Decision {
            next: after,
            mut changes,
        } = Decision::of_payment(&now, &step);
        changes.push(ended.clone());
        let (cash, ends) = cash_receipt::ends_with(services, &after, &step).await;
        let told = webhook::payment_webhook(services, &after, cash.as_ref());
        changes.extend(told.map_err(|error| not_recorded(&error, receipt))?);
        changes.extend(ends);
        match services.ledger.commit(after.project_id, changes).await {
            Ok(()) => {
                crash_point!("cancel_after_outcome_commit");
                return Ok((after, refusal));
            }
            Err(CommitError::Refused(CommitRefused::LostRace))
                if is_over(services, &ended, payment.project_id, receipt).await =>
            {
                let now = by_receipt(services, payment.project_id, receipt).await;
                return now
                    .map(|now| (now, refusal))
                    .map_err(|_| Refusal::of(ErrorCode::CancelCritical).receipt(receipt));
            }
            Err(CommitError::Refused(CommitRefused::LostRace)) => {}
            Err(error) => return Err(not_recorded(&error, receipt)),
        }
    }
    Err(Refusal::of(ErrorCode::CancelCritical).receipt(receipt))
}

/// Whether somebody else has recorded the end of this cancel.
async fn is_over(services: &Services, ended: &Change, project: ProjectId, receipt: ReceiptId) -> bool {
    let Change::EndCancel { id, .. } = ended else {
        return false;
    };
    let cancels = services.store().cancels(project, receipt).await.unwrap_or_default();
    cancels
        .iter()
        .any(|cancel| cancel.id == *id && cancel.state != CancelState::Intended)
}

/// What the PG did is known here and is not on disk: the worker asks the PG again.
fn not_recorded(error: &CommitError, receipt: ReceiptId) -> Refusal {
    tracing::error!(%error, %receipt, "the end of a cancel could not be recorded");
    Refusal::of(ErrorCode::CancelCritical).receipt(receipt)
}
