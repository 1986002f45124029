//! What a webhook says: the receipt as it is after the change, whose it is, and what happened.

use domain::cash_receipt::CashReceipt;
use domain::change::Change;
use domain::delivery::{NewDelivery, WebhookType};
use domain::payment::{ContentType, Payment, State};
use domain::project::Project;
use domain::reserve::Reserve;
use domain::{ProjectId, ReceiptId, Refusal};
use serde::Serialize;
use store::CommitError;

use crate::house::House;
use crate::http::wire::{self, PaymentReceipt};

/// The body, without `sequence`, which is known when the delivery is on disk.
#[derive(Serialize)]
struct Body<'a, T: Serialize> {
    #[serde(flatten)]
    about: T,
    application_id: &'a str,
    webhook_type: &'static str,
}

/// Goes before a change that a webhook is to tell: whose it is must be known, also when the project was made a moment ago.
///
/// Errors: the project cannot be read, or there is none.
pub async fn ready(house: &House, project: ProjectId) -> Result<(), CommitError> {
    let is_known = || house.projects.by_id(project).is_some();
    if is_known() {
        return Ok(());
    }
    let read = house.projects.refresh(&house.store).await;
    read.map_err(|error| CommitError::NotDone(error.to_string()))?;
    if is_known() {
        Ok(())
    } else {
        Err(CommitError::NotDone(format!("there is no project {project}")))
    }
}

/// The webhook of a payment's new state; `None` where nobody is to be told, or there is nothing to tell yet.
pub fn told_of_payment(house: &House, payment: &Payment, cash: Option<&CashReceipt>) -> Option<Change> {
    payment_webhook(house, (payment, cash), kind_of(payment.state)?, None)
}

/// The webhook of a payment's present state, to `url`.
pub fn told_again_of_payment(
    house: &House,
    payment: &Payment,
    cash: Option<&CashReceipt>,
    url: &str,
) -> Option<Change> {
    payment_webhook(house, (payment, cash), kind_of(payment.state)?, Some(url))
}

/// `None` while there is nothing to tell.
fn kind_of(state: State) -> Option<WebhookType> {
    match state {
        State::Paid => Some(WebhookType::PaymentCompleted),
        State::PartlyCancelled => Some(WebhookType::PaymentPartialCancelled),
        State::Cancelled => Some(WebhookType::PaymentCancelled),
        State::Declined | State::Voided => Some(WebhookType::PaymentConfirmFailed),
        State::Intended | State::InDoubt | State::NeedsPerson => None,
    }
}

/// The webhook of a cancel that the PG refused.
pub fn told_of_failed_cancel(house: &House, payment: &Payment, cash: Option<&CashReceipt>) -> Option<Change> {
    payment_webhook(house, (payment, cash), WebhookType::PaymentCancelFailed, None)
}

fn payment_webhook(
    house: &House,
    (payment, cash): (&Payment, Option<&CashReceipt>),
    kind: WebhookType,
    url: Option<&str>,
) -> Option<Change> {
    let known = house.projects.by_id(payment.project_id)?;
    let to = Target::of(
        house,
        &known.project,
        url.or(payment.order.feedback_url.as_deref()),
        payment.order.content_type,
    )?;
    let receipt = PaymentReceipt::new(house, &known.project, payment, cash).ok()?;
    deliver(house, &known.project, payment.receipt_id, to, kind, receipt)
}

/// The webhook of a reserve that failed before there was a payment.
pub fn told_of_reserve(house: &House, reserve: &Reserve, refusal: &Refusal) -> Option<Change> {
    reserve_webhook(house, reserve, refusal, None)
}

/// The same again, to `url`; `None` when it has not failed.
pub fn told_again_of_reserve(house: &House, reserve: &Reserve, url: &str) -> Option<Change> {
    let refusal = Refusal::of(reserve.failure.as_ref()?.code);
    reserve_webhook(house, reserve, &refusal, Some(url))
}

fn reserve_webhook(house: &House, reserve: &Reserve, refusal: &Refusal, url: Option<&str>) -> Option<Change> {
    #[derive(Serialize)]
    struct About<'a> {
        #[serde(flatten)]
        reserve: wire::Reserve<'a>,
        error_code: &'static str,
        message: &'static str,
    }
    let known = house.projects.by_id(reserve.project_id)?;
    let to = Target::of(
        house,
        &known.project,
        url.or(reserve.order.feedback_url.as_deref()),
        reserve.order.content_type,
    )?;
    let about = About {
        reserve: wire::Reserve::new(reserve).ok()?,
        error_code: refusal.code.name(),
        message: refusal.code.korean(),
    };
    deliver(
        house,
        &known.project,
        ReceiptId(reserve.id.0),
        to,
        WebhookType::PaymentConfirmFailed,
        about,
    )
}

struct Target {
    url: String,
    content_type: ContentType,
}

impl Target {
    /// The request's own URL, else the project's; without either none, for listeners only, if there are any.
    fn of(house: &House, project: &Project, feedback_url: Option<&str>, content_type: ContentType) -> Option<Self> {
        let url = feedback_url
            .map(str::to_owned)
            .or_else(|| project.webhook.url.clone())
            .or_else(|| house.listeners.has_any(project.id).then(String::new))?;
        Some(Self { url, content_type })
    }
}

fn deliver(
    house: &House,
    project: &Project,
    receipt_id: ReceiptId,
    to: Target,
    kind: WebhookType,
    about: impl Serialize,
) -> Option<Change> {
    let now = house.now_of(project.id);
    let project_id: ProjectId = project.id;
    let body = Body {
        about,
        application_id: &project.application_id,
        webhook_type: kind.name(),
    };
    Some(Change::Deliver(Box::new(NewDelivery {
        id: house.ids.receipt(now),
        project_id,
        receipt_id,
        url: to.url,
        content_type: to.content_type,
        webhook_type: kind,
        payload: serde_json::to_string(&body).ok()?,
        created_at: now,
    })))
}
