//! Sending a receipt's webhook again because the merchant asks for it.

use domain::cash_receipt::CashReceipt;
use domain::change::Change;
use domain::payment::{Payment, State};
use domain::reserve::Reserve;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal, ReserveId};

use super::compose::{told_again_of_payment, told_again_of_reserve, told_of_payment};
use crate::cash_receipt;
use crate::house::House;
use crate::issuance::{commit_refusal, read_refusal};
use crate::kind;

/// What a webhook can be about.
enum About {
    Payment(Box<Payment>, Option<Box<CashReceipt>>),
    /// One that failed before there was a payment; its webhook's `receipt_id` is its own id.
    Reserve(Box<Reserve>),
}

/// Sends the latest webhook again; with a `url`, the present state goes there, as a delivery of its own.
///
/// Errors: `RC_NOT_FOUND` for what is not the project's, or has nothing to tell yet; `WEBHOOK_URL_INVALID` when
/// there is no URL.
pub async fn resend(house: &House, project: ProjectId, id: ReceiptId, url: Option<&str>) -> Result<(), Refusal> {
    let about = find(house, project, id).await?;
    if url.is_none() {
        let told = house.store.deliveries_of(id).await;
        if let Some(latest) = told.map_err(|error| read_refusal(&error))?.last() {
            let again = house.store.resend(latest.id, house.clocks.machine_now()).await;
            copy_to_listeners(house, project, &about).await;
            // One that is on its way at this moment needs no more.
            return again.map(|_| ()).map_err(|error| commit_refusal(&error));
        }
    }
    let change = compose(house, &about, url)?;
    house
        .commit(project, vec![change])
        .await
        .map_err(|error| commit_refusal(&error))
}

/// A delivery that is sent again is no commit of its own: those who listen are told apart.
async fn copy_to_listeners(house: &House, project: ProjectId, about: &About) {
    if house.listeners.has_any(project)
        && let Ok(copy) = compose(house, about, Some(""))
        && let Err(error) = house.commit(project, vec![copy]).await
    {
        tracing::warn!(%error, "listeners were not told of a webhook that is sent again");
    }
}

async fn find(house: &House, project: ProjectId, id: ReceiptId) -> Result<About, Refusal> {
    let payment = house.store.payment(project, id).await;
    if let Some(payment) = payment.map_err(|error| read_refusal(&error))? {
        let cash = cash_receipt::of_payment(house, &payment).await?;
        return Ok(About::Payment(Box::new(payment), cash.map(Box::new)));
    }
    let reserve = house.store.reserve(project, ReserveId(id.0)).await;
    let reserve = reserve.map_err(|error| read_refusal(&error))?;
    match reserve {
        Some(reserve) => Ok(About::Reserve(Box::new(reserve))),
        None => Err(kind::not_found(house, project, id.0, "receipt_id").await),
    }
}

fn compose(house: &House, about: &About, url: Option<&str>) -> Result<Change, Refusal> {
    let is_too_early = match about {
        About::Payment(payment, _) => matches!(payment.state, State::Intended | State::InDoubt | State::NeedsPerson),
        About::Reserve(reserve) => reserve.failure.is_none(),
    };
    if is_too_early {
        return Err(Refusal::new(ErrorCode::ReceiptNotFound, "receipt_id").hint("nothing to tell yet"));
    }
    let change = match (about, url) {
        (About::Payment(payment, cash), Some(url)) => told_again_of_payment(house, payment, cash.as_deref(), url),
        (About::Payment(payment, cash), None) => told_of_payment(house, payment, cash.as_deref()),
        (About::Reserve(reserve), Some(url)) => told_again_of_reserve(house, reserve, url),
        (About::Reserve(_), None) => None,
    };
    change.ok_or_else(|| Refusal::new(ErrorCode::WebhookUrlInvalid, "webhook_url").hint("https://…"))
}
