//! What a webhook says: the receipt as it is after the change, whose it is, and what happened.

use domain::cash_receipt::CashReceipt;
use domain::change::Change;
use domain::payment::{Payment, PaymentState};
use domain::project::Project;
use domain::reserve::Reserve;
use domain::webhook_delivery::ContentType;
use domain::webhook_delivery::{NewDelivery, WebhookType};
use domain::{ProjectId, ReceiptId, Refusal};
use serde::Serialize;
use store::CommitError;

use crate::services::Services;
use crate::wire::{self, PaymentReceipt};

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
pub async fn ready(services: &Services, project: ProjectId) -> Result<(), CommitError> {
    let is_known = || services.ledger.projects.by_id(project).is_some();
    if is_known() {
        return Ok(());
    }
    let read = services.ledger.projects.refresh(&services.ledger.store).await;
    read.map_err(|error| CommitError::NotDone(error.to_string()))?;
    if is_known() {
        Ok(())
    } else {
        Err(CommitError::NotDone(format!("there is no project {project}")))
    }
}

/// The webhook of a payment's new state; `None` where nobody is to be told, or there is nothing to tell yet.
pub fn payment_webhook(services: &Services, payment: &Payment, cash: Option<&CashReceipt>) -> Option<Change> {
    payment_body(services, (payment, cash), kind_of(payment.state)?, None)
}

/// The webhook of a payment's present state, to `url`.
pub fn payment_webhook_again(
    services: &Services,
    payment: &Payment,
    cash: Option<&CashReceipt>,
    url: &str,
) -> Option<Change> {
    payment_body(services, (payment, cash), kind_of(payment.state)?, Some(url))
}

/// `None` while there is nothing to tell.
fn kind_of(state: PaymentState) -> Option<WebhookType> {
    match state {
        PaymentState::Paid => Some(WebhookType::PaymentCompleted),
        PaymentState::PartlyCancelled => Some(WebhookType::PaymentPartialCancelled),
        PaymentState::Cancelled => Some(WebhookType::PaymentCancelled),
        PaymentState::Declined | PaymentState::Voided => Some(WebhookType::PaymentConfirmFailed),
        PaymentState::Intended | PaymentState::InDoubt | PaymentState::NeedsReview => None,
    }
}

/// The webhook of a cancel that the PG refused.
pub fn failed_cancel_webhook(services: &Services, payment: &Payment, cash: Option<&CashReceipt>) -> Option<Change> {
    payment_body(services, (payment, cash), WebhookType::PaymentCancelFailed, None)
}

fn payment_body(
    services: &Services,
    (payment, cash): (&Payment, Option<&CashReceipt>),
    kind: WebhookType,
    url: Option<&str>,
) -> Option<Change> {
    let known = services.ledger.projects.by_id(payment.project_id)?;
    let to = Target::of(
        services,
        &known.project,
        url.or(payment.order.feedback_url.as_deref()),
        payment.order.content_type,
    )?;
    let receipt = PaymentReceipt::new(services.site(), &known.project, payment, cash).ok()?;
    deliver(services, &known.project, payment.receipt_id, to, kind, receipt)
}

/// The webhook of a reserve that failed before there was a payment.
pub fn reserve_webhook(services: &Services, reserve: &Reserve, refusal: &Refusal) -> Option<Change> {
    reserve_body(services, reserve, refusal, None)
}

/// The same again, to `url`; `None` when it has not failed.
pub fn reserve_webhook_again(services: &Services, reserve: &Reserve, url: &str) -> Option<Change> {
    let refusal = Refusal::of(reserve.failure.as_ref()?.code);
    reserve_body(services, reserve, &refusal, Some(url))
}

fn reserve_body(services: &Services, reserve: &Reserve, refusal: &Refusal, url: Option<&str>) -> Option<Change> {
    #[derive(Serialize)]
    struct WebhookSubject<'a> {
        #[serde(flatten)]
        reserve: wire::ReserveBody<'a>,
        error_code: &'static str,
        message: &'static str,
    }
    let known = services.ledger.projects.by_id(reserve.project_id)?;
    let to = Target::of(
        services,
        &known.project,
        url.or(reserve.order.feedback_url.as_deref()),
        reserve.order.content_type,
    )?;
    let about = WebhookSubject {
        reserve: wire::ReserveBody::new(reserve).ok()?,
        error_code: refusal.code.name(),
        message: refusal.code.korean(),
    };
    deliver(
        services,
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
    fn of(
        services: &Services,
        project: &Project,
        feedback_url: Option<&str>,
        content_type: ContentType,
    ) -> Option<Self> {
        let url = feedback_url
            .map(str::to_owned)
            .or_else(|| project.webhook.url.clone())
            .or_else(|| services.ledger.webhook_copies.has_any(project.id).then(String::new))?;
        Some(Self { url, content_type })
    }
}

fn deliver(
    services: &Services,
    project: &Project,
    receipt_id: ReceiptId,
    to: Target,
    kind: WebhookType,
    about: impl Serialize,
) -> Option<Change> {
    let now = services.now_of(project.id);
    let project_id: ProjectId = project.id;
    let body = Body {
        about,
        application_id: &project.application_id,
        webhook_type: kind.name(),
    };
    Some(Change::Deliver(Box::new(NewDelivery {
        id: services.ids.receipt(now),
        project_id,
        receipt_id,
        url: to.url,
        content_type: to.content_type,
        webhook_type: kind,
        payload: serde_json::to_string(&body).ok()?,
        created_at: now,
    })))
}
