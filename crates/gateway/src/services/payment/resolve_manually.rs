//! Recording a person's verdict on a payment for which the resolution came to none.

use std::sync::Arc;

use domain::payment::{self, ManualResolution, Payment, PaymentState, PgReport};
use domain::{ErrorCode, ReceiptId, Refusal};
use pg::{Outcome, PaymentLookup};
use store::{CommitError, CommitRefused};

use super::debit::{count, record};
use super::resolution::find_order;
use crate::services::Services;
use crate::services::cash_receipt;

/// Asks the PG once more, and resolves the payment as `said`: its history, webhook, order id and reserve in one commit.
///
/// Errors: `RC_NOT_FOUND`; those of `domain::payment::resolve_manually`, before and after the PG was asked;
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
    let pg = match payment.state {
        PaymentState::NeedsReview => ask(&services, &payment).await,
        // Refused below whatever the PG says.
        _ => PgReport::Silent,
    };
    let mut step = payment::resolve_manually(&payment, &said, &pg, services.now_of(payment.project_id))?;
    if let (PgReport::Paid { .. }, Some(debit)) = (&pg, step.debit.as_mut())
        && cash_receipt::is_standing(&services, &payment).await
    {
        match services
            .pg
            .connector
            .find_by_tid(debit.tid.clone(), services.clocks.call_time(payment.project_id))
            .await
        {
            Outcome::Done(PaymentLookup::Paid(seen)) => debit.cash_receipt = seen.debit.cash_receipt,
            _ => return Err(Refusal::of(ErrorCode::PgUnavailable).receipt(receipt)),
        }
    }
    let resolved = match record(&services, &payment, &step).await {
        Ok(resolved) => resolved,
        Err(CommitError::Refused(CommitRefused::LostRace)) => {
            // Somebody else has resolved it at the same moment.
            let now = stored(&services, receipt).await?;
            return Err(Refusal::new(ErrorCode::SettleNotNeeded, "receipt_id")
                .hint(now.state.name())
                .receipt(receipt));
        }
        Err(error) => return Err(Refusal::from(error).receipt(receipt)),
    };
    count(&resolved);
    tracing::warn!(%receipt, state = resolved.state.name(), who = said.who, "a person's verdict");
    Ok(resolved)
}

pub(super) async fn stored(services: &Services, receipt: ReceiptId) -> Result<Payment, Refusal> {
    let found = services.store().payment_of_anyone(receipt).await;
    let found = found?;
    found.ok_or_else(|| Refusal::new(ErrorCode::ReceiptNotFound, "receipt_id"))
}

async fn ask(services: &Services, payment: &Payment) -> PgReport {
    match services
        .pg
        .connector
        .find_payment(
            find_order(services, payment),
            services.clocks.call_time(payment.project_id),
        )
        .await
    {
        Outcome::Done(PaymentLookup::Paid(seen)) => PgReport::Paid {
            debit: seen.debit,
            balance: seen.balance,
        },
        Outcome::Done(PaymentLookup::Failed(decline)) => PgReport::Failed(decline),
        Outcome::Done(PaymentLookup::Cancelled(_)) => PgReport::Cancelled,
        Outcome::Done(PaymentLookup::Nothing) => PgReport::Nothing,
        Outcome::Refused { .. } | Outcome::NotSent(_) | Outcome::Unknown(_) => PgReport::Silent,
    }
}
