//! Sending a receipt's webhook again because the merchant asks for it.

use domain::cash_receipt::CashReceipt;
use domain::change::Change;
use domain::payment::{Payment, PaymentState};
use domain::reserve::Reserve;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal, ReserveId};

use super::compose::{payment_webhook, payment_webhook_again, ready, reserve_webhook_again};
use crate::services::Services;
use crate::services::cash_receipt;
use crate::services::not_found;

/// What a webhook can be about.
enum ResendSubject {
    Payment(Box<Payment>, Option<Box<CashReceipt>>),
    /// One that failed before there was a payment; its webhook's `receipt_id` is its own id.
    Reserve(Box<Reserve>),
}

/// Sends the latest webhook again; with a `url`, the present state goes there, as a delivery of its own.
///
/// Errors: `RC_NOT_FOUND` for what is not the project's, or has nothing to tell yet; `WEBHOOK_URL_INVALID` when
/// there is no URL.
pub async fn resend(services: &Services, project: ProjectId, id: ReceiptId, url: Option<&str>) -> Result<(), Refusal> {
    ready(services, project).await?;
    let about = find(services, project, id).await?;
    if url.is_none() {
        let told = services.store().deliveries_of(project, id).await;
        if let Some(latest) = told?.last() {
            let again = services
                .store()
                .resend(project, latest.id, services.clocks.machine_now())
                .await;
            copy_to_listeners(services, project, &about).await;
            // One that is on its way at this moment needs no more.
            return again.map(|_| ()).map_err(Refusal::from);
        }
    }
    let change = compose(services, &about, url)?;
    services
        .ledger
        .commit(project, vec![change])
        .await
        .map_err(Refusal::from)
}

/// A delivery that is sent again is no commit of its own: those who listen are told apart.
async fn copy_to_listeners(services: &Services, project: ProjectId, about: &ResendSubject) {
    if services.ledger.webhook_copies.has_any(project)
        && let Ok(copy) = compose(services, about, Some(""))
        && let Err(error) = services.ledger.commit(project, vec![copy]).await
    {
        tracing::warn!(%error, "listeners were not told of a webhook that is sent again");
    }
}

async fn find(services: &Services, project: ProjectId, id: ReceiptId) -> Result<ResendSubject, Refusal> {
    let payment = services.store().payment(project, id).await;
    if let Some(payment) = payment? {
        let cash = cash_receipt::of_payment(services, &payment).await?;
        return Ok(ResendSubject::Payment(Box::new(payment), cash.map(Box::new)));
    }
    match services.store().reserve(project, ReserveId(id.0)).await? {
        Some(reserve) => Ok(ResendSubject::Reserve(Box::new(reserve))),
        None => Err(not_found::not_found(services, project, id.0, "receipt_id").await),
    }
}

fn compose(services: &Services, about: &ResendSubject, url: Option<&str>) -> Result<Change, Refusal> {
    let is_too_early = match about {
        ResendSubject::Payment(payment, _) => matches!(
            payment.state,
            PaymentState::Intended | PaymentState::InDoubt | PaymentState::NeedsReview
        ),
        ResendSubject::Reserve(reserve) => reserve.failure.is_none(),
    };
    if is_too_early {
        return Err(Refusal::new(ErrorCode::ReceiptNotFound, "receipt_id").hint("nothing to tell yet"));
    }
    let change = match (about, url) {
        (ResendSubject::Payment(payment, cash), Some(url)) => {
            payment_webhook_again(services, payment, cash.as_deref(), url)
        }
        (ResendSubject::Payment(payment, cash), None) => payment_webhook(services, payment, cash.as_deref()),
        (ResendSubject::Reserve(reserve), Some(url)) => reserve_webhook_again(services, reserve, url),
        (ResendSubject::Reserve(_), None) => Ok(None),
    };
    let change = change.map_err(|error| {
        tracing::error!(%error, "a webhook cannot be sent again");
        Refusal::of(ErrorCode::Internal)
    })?;
    change.ok_or_else(|| Refusal::new(ErrorCode::WebhookUrlInvalid, "webhook_url").hint("https://…"))
}
