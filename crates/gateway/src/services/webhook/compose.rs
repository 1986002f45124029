//! What a webhook says: the receipt as it is after the change, whose it is, and what happened.

use std::sync::Arc;

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

use crate::ledger::projects::CachedProject;
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
    match services.ledger.project(project, services.clocks.machine_now()).await {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(CommitError::NotDone(format!("there is no project {project}"))),
        Err(error) => Err(CommitError::NotDone(error.to_string())),
    }
}

/// What is committed with a change that somebody is to be told of. `None` where nobody is, or there is nothing to tell yet.
/// What cannot be composed is an error, and the change is not made: it would be told to nobody.
pub type Composed = Result<Option<Change>, CommitError>;

fn not_composed(error: impl std::fmt::Display) -> CommitError {
    CommitError::NotDone(format!("its webhook cannot be composed: {error}"))
}

fn project_of(services: &Services, id: ProjectId) -> Result<Arc<CachedProject>, CommitError> {
    let known = services.ledger.projects.by_id(id);
    known.ok_or_else(|| not_composed(format!("there is no project {id}")))
}

/// The webhook of a payment's new state.
pub fn payment_webhook(services: &Services, payment: &Payment, cash: Option<&CashReceipt>) -> Composed {
    payment_body(services, (payment, cash), kind_of(payment.state), None)
}

/// The webhook of a payment's present state, to `url`.
pub fn payment_webhook_again(
    services: &Services,
    payment: &Payment,
    cash: Option<&CashReceipt>,
    url: &str,
) -> Composed {
    payment_body(services, (payment, cash), kind_of(payment.state), Some(url))
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
pub fn failed_cancel_webhook(services: &Services, payment: &Payment, cash: Option<&CashReceipt>) -> Composed {
    payment_body(services, (payment, cash), Some(WebhookType::PaymentCancelFailed), None)
}

fn payment_body(
    services: &Services,
    (payment, cash): (&Payment, Option<&CashReceipt>),
    kind: Option<WebhookType>,
    url: Option<&str>,
) -> Composed {
    let known = project_of(services, payment.project_id)?;
    let url = url.or(payment.order.feedback_url.as_deref());
    let to = Target::of(services, &known.project, url, payment.order.content_type);
    let (Some(kind), Some(to)) = (kind, to) else {
        return Ok(None);
    };
    let receipt = PaymentReceipt::new(services.site(payment.project_id), &known.project, payment, cash);
    let receipt = receipt.map_err(|refusal| not_composed(refusal.code.name()))?;
    deliver(services, &known.project, payment.receipt_id, to, kind, receipt)
}

/// The webhook of a reserve that failed before there was a payment.
pub fn reserve_webhook(services: &Services, reserve: &Reserve, refusal: &Refusal) -> Composed {
    reserve_body(services, reserve, refusal, None)
}

/// The same again, to `url`; `None` when it has not failed.
pub fn reserve_webhook_again(services: &Services, reserve: &Reserve, url: &str) -> Composed {
    let Some(failure) = &reserve.failure else {
        return Ok(None);
    };
    let refusal = Refusal::of(failure.code);
    reserve_body(services, reserve, &refusal, Some(url))
}

fn reserve_body(services: &Services, reserve: &Reserve, refusal: &Refusal, url: Option<&str>) -> Composed {
    #[derive(Serialize)]
    struct WebhookSubject<'a> {
        #[serde(flatten)]
        reserve: wire::ReserveBody<'a>,
        error_code: &'static str,
        message: &'static str,
    }
    let known = project_of(services, reserve.project_id)?;
    let url = url.or(reserve.order.feedback_url.as_deref());
    let Some(to) = Target::of(services, &known.project, url, reserve.order.content_type) else {
        return Ok(None);
    };
    let body = wire::ReserveBody::new(reserve);
    let about = WebhookSubject {
        reserve: body.map_err(|refusal| not_composed(refusal.code.name()))?,
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
) -> Composed {
    let now = services.now_of(project.id);
    let project_id: ProjectId = project.id;
    let body = Body {
        about,
        application_id: &project.application_id,
        webhook_type: kind.name(),
    };
    let delivery = NewDelivery {
        id: services.ids.receipt(project.id, now),
        project_id,
        receipt_id,
        url: to.url,
        content_type: to.content_type,
        webhook_type: kind,
        payload: serde_json::to_string(&body).map_err(not_composed)?,
        created_at: now,
    };
    Ok(Some(Change::Deliver(Box::new(delivery))))
}
