//! Recording a person's verdict on a payment for which the resolution came to none.

use std::sync::Arc;

use domain::change::Change;
use domain::due::DueKind;
use domain::payment::{self, ManualResolution, Payment, PaymentState, PaymentTransition, PgReport, StepOutcome};
use domain::{ErrorCode, ReceiptId, Refusal};
use pg::{Outcome, PaymentLookup};
use store::{CommitError, CommitRefused};

use super::by_hand::{ByHand, under_way};
use super::debit::{count, record_held};
use super::late_answer::told_step;
use super::pg_report::pg_report;
use crate::services::Services;
use crate::services::cash_receipt;

/// Asks the PG once more, and resolves the payment as `said`: its history, webhook, order id and reserve in one commit. The resolution,
/// which goes on beside a person and may undo the debit, is the person's meanwhile.
///
/// Errors: `RC_NOT_FOUND`; those of `domain::payment::resolve_manually`, before and after the PG was asked; `SETTLE_UNDER_WAY`;
/// `PG_UNAVAILABLE` when the PG finds the debit and then does not tell its cash receipt.
pub async fn resolve_manually(
    services: &Arc<Services>,
    receipt: ReceiptId,
    said: ManualResolution,
) -> Result<Payment, Refusal> {
    services.run_to_end(perform(services.clone(), receipt, said)).await
}

async fn perform(services: Arc<Services>, receipt: ReceiptId, said: ManualResolution) -> Result<Payment, Refusal> {
    let payment = stored(&services, receipt).await?;
    let receipt = payment.receipt_id;
    if payment.state != PaymentState::NeedsReview {
        return Err(not_needed(&payment));
    }
    let held = ByHand::take(&services, &payment, (DueKind::Resolution, receipt.0)).await?;
    let (step, told) = match decide(&services, &payment, &said).await {
        Ok(decided) => decided,
        Err(refusal) => {
            held.give_up().await;
            return Err(refusal);
        }
    };
    let resolved = match record_held(&services, &payment, &step, [vec![held.still()], told].concat()).await {
        Ok(resolved) => resolved,
        Err(CommitError::Refused(CommitRefused::LostRace)) => {
            // Somebody else has resolved it, or is at it because this took too long.
            let now = stored(&services, receipt).await?;
            return Err(match now.state {
                PaymentState::NeedsReview => under_way(&now),
                _ => not_needed(&now),
            });
        }
        Err(error) => return Err(Refusal::from(error).receipt(receipt)),
    };
    count(&resolved);
    tracing::warn!(%receipt, state = resolved.state.name(), who = said.who, "a person's verdict");
    Ok(resolved)
}

async fn decide(
    services: &Services,
    payment: &Payment,
    said: &ManualResolution,
) -> Result<(PaymentTransition, Vec<Change>), Refusal> {
    let pg = pg_report(services, payment).await;
    let mut step = payment::resolve_manually(payment, said, &pg, services.now_of(payment.project_id))?;
    if let (PgReport::Paid { .. }, Some(debit)) = (&pg, step.debit.as_mut())
        && cash_receipt::is_standing(services, payment).await
    {
        let at = services.clocks.call_time(payment.project_id);
        match services.pg.connector.find_by_tid(debit.tid.clone(), at).await {
            Outcome::Done(PaymentLookup::Paid(seen)) => debit.cash_receipt = seen.debit.cash_receipt,
            _ => return Err(Refusal::of(ErrorCode::PgUnavailable).receipt(payment.receipt_id)),
        }
    }
    let outcome = match pg {
        PgReport::Paid { debit, .. } => StepOutcome::Paid(debit),
        PgReport::Failed(decline) => StepOutcome::Failed(decline),
        PgReport::Cancelled => StepOutcome::Cancelled,
        PgReport::Nothing => StepOutcome::NotThere,
        PgReport::Silent => return Ok((step, Vec::new())),
    };
    let steps = services
        .store()
        .resolution_steps(payment.project_id, payment.receipt_id)
        .await?;
    let told = told_step(payment, steps.len(), outcome, step.at);
    Ok((step, vec![Change::AddResolutionStep(Box::new(told))]))
}

fn not_needed(payment: &Payment) -> Refusal {
    Refusal::new(ErrorCode::SettleNotNeeded, "receipt_id")
        .hint(payment.state.name())
        .receipt(payment.receipt_id)
}

/// The payment with this receipt id, or with the one that its PG gave it. Errors: `RC_NOT_FOUND`.
pub(super) async fn stored(services: &Services, receipt: ReceiptId) -> Result<Payment, Refusal> {
    if let Some(found) = services.store().payment_of_anyone(receipt).await? {
        return Ok(found);
    }
    for project in services.ledger.projects.all() {
        let id = project.project.id;
        let own = services.own_receipt(id, receipt).await?;
        if own != receipt
            && let Some(found) = services.store().payment(id, own).await?
        {
            return Ok(found);
        }
    }
    Err(Refusal::new(ErrorCode::ReceiptNotFound, "receipt_id"))
}
