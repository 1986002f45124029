//! Taking down a person's verdict on a payment for which the resolution came to none.

use std::sync::Arc;

use domain::payment::{self, ManualResolution, Payment, PaymentState, PgReport};
use domain::{ErrorCode, ReceiptId, Refusal};
use pg::{Outcome, PaymentLookup};
use store::{CommitError, CommitRefused};

use super::debit::{count, record};
use super::resolution::find_order;
use crate::app::App;
use crate::cash_receipt;
use crate::issuance::{commit_refusal, read_refusal};

/// Asks the PG once more, and settles the payment as `said`: its history, webhook, order id and reserve in one commit.
///
/// Errors: `RC_NOT_FOUND`; those of `domain::payment::settle_by_person`, before and after the PG was asked;
/// `PG_UNAVAILABLE` when the PG finds the debit and then does not tell its cash receipt.
pub async fn resolve_manually(app: &Arc<App>, receipt: ReceiptId, said: ManualResolution) -> Result<Payment, Refusal> {
    let walked = app.tasks.spawn(walk(app.clone(), receipt, said));
    walked.await.map_err(|_| Refusal::of(ErrorCode::Internal))?
}

async fn walk(app: Arc<App>, receipt: ReceiptId, said: ManualResolution) -> Result<Payment, Refusal> {
    let payment = stored(&app, receipt).await?;
    let pg = match payment.state {
        PaymentState::NeedsReview => ask(&app, &payment).await,
        // Refused below whatever the PG says.
        _ => PgReport::Silent,
    };
    let mut step = payment::resolve_manually(&payment, &said, &pg, app.now_of(payment.project_id))?;
    if let (PgReport::Paid { .. }, Some(debit)) = (&pg, step.debit.as_mut())
        && cash_receipt::is_standing(&app, &payment).await
    {
        match app
            .connector
            .find_by_tid(debit.tid.clone(), app.clocks.call_time(payment.project_id))
            .await
        {
            Outcome::Done(PaymentLookup::Paid(seen)) => debit.cash_receipt = seen.debit.cash_receipt,
            _ => return Err(Refusal::of(ErrorCode::PgUnavailable).receipt(receipt)),
        }
    }
    match record(&app, &payment, &step).await {
        Ok(()) => {}
        Err(CommitError::Refused(CommitRefused::LostRace)) => {
            // Somebody else has settled it at the same moment.
            let now = stored(&app, receipt).await?;
            return Err(Refusal::new(ErrorCode::SettleNotNeeded, "receipt_id")
                .hint(now.state.name())
                .receipt(receipt));
        }
        Err(error) => return Err(commit_refusal(&error).receipt(receipt)),
    }
    app.unrecorded_debits.remove(&receipt);
    let settled = payment.after(&step);
    count(&app, &settled);
    tracing::warn!(%receipt, state = settled.state.name(), who = said.who, "a person's verdict");
    Ok(settled)
}

pub(super) async fn stored(app: &App, receipt: ReceiptId) -> Result<Payment, Refusal> {
    let found = app.store.payment_of_anyone(receipt).await;
    let found = found.map_err(|error| read_refusal(&error))?;
    found.ok_or_else(|| Refusal::new(ErrorCode::ReceiptNotFound, "receipt_id"))
}

async fn ask(app: &App, payment: &Payment) -> PgReport {
    match app
        .connector
        .find_payment(find_order(app, payment), app.clocks.call_time(payment.project_id))
        .await
    {
        Outcome::Done(PaymentLookup::Paid(seen)) => PgReport::Paid {
            debit: seen.debit,
            balance: seen.balance,
        },
        Outcome::Done(PaymentLookup::Failed(words)) => PgReport::Failed(words),
        Outcome::Done(PaymentLookup::Cancelled(_)) => PgReport::Cancelled,
        Outcome::Done(PaymentLookup::Nothing) => PgReport::Nothing,
        Outcome::Refused { .. } | Outcome::NotSent(_) | Outcome::Unknown(_) => PgReport::Silent,
    }
}
