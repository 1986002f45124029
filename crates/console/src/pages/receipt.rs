//! `GET /console/receipts/{id}`: a receipt's timeline, its webhooks, and what can be done.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use domain::ReceiptId;
use domain::payment::{CancelFields, Payment, PaymentState};
use domain::webhook_delivery::Delivery;
use gateway::{Language, PgCall, Role};
use serde::Deserialize;

use crate::badge::{self, Badge};
use crate::format::{filters, kst, won};
use crate::layout::{Frame, Section};
use crate::live;
use crate::page_context::PageContext;
use crate::page_context::PageError;
use crate::pages::requests::{self, Row as RequestRow};
use crate::response::page;
use crate::timeline;
use crate::words::{self, Money};

/// One webhook.
struct Hook {
    id: String,
    number: u32,
    kind: String,
    badge: Badge,
    url: String,
    attempts: u32,
    answer: String,
    when: String,
    payload: String,
}

/// One call to the PG, and what came of it.
struct PgCallRow {
    at: String,
    name: &'static str,
    object: String,
    amount: String,
    outcome: &'static str,
    class: &'static str,
    said: String,
    took_ms: u64,
}

/// What can be cancelled.
struct Cancellable {
    left: String,
    /// The cancel's own id: a form that is sent twice gives back once.
    id: String,
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct Receipt {
    frame: Frame,
    w: &'static Money,
    triggers: String,
    verdict: String,
    tone: &'static str,
    facts: Vec<(String, String)>,
    told: Vec<timeline::TimelineSegment>,
    hooks: Vec<Hook>,
    calls: Vec<PgCallRow>,
    requests: Vec<RequestRow>,
    words: &'static words::Requests,
    may_act: bool,
    cancellable: Option<Cancellable>,
    doubt: Option<&'static str>,
    receipt: String,
}

/// The page.
pub async fn show(context: PageContext, Path(id): Path<String>) -> Result<Response, PageError> {
    let id: ReceiptId = id.parse().map_err(|_| PageError::not_found(&context))?;
    let refused = |refusal| PageError::refused(&context, &refusal);
    let timeline = context.operator.timeline(context.project, id, context.language()).await;
    let Some(timeline) = timeline.map_err(refused)? else {
        return Err(PageError::elsewhere(&context, &id.to_string()).await);
    };
    let deliveries = context
        .operator
        .deliveries(context.project, id)
        .await
        .map_err(refused)?;
    let payment = context.operator.payment(context.project, id).await.map_err(refused)?;
    let calls = context.operator.pg_calls(context.project, id).await.map_err(refused)?;
    let w = Money::of(context.language());
    let title = format!("{} {id}", w.receipt);
    let hooks = deliveries.iter().map(|delivery| hook(delivery, &context));
    Ok(page(&Receipt {
        frame: Frame::of(&context, Some(Section::Receipts), &title),
        w,
        triggers: live::triggers_of(&[&timeline.receipt_id]),
        tone: timeline::class(timeline.tone),
        hooks: hooks.collect(),
        calls: calls
            .into_iter()
            .map(|call| pg_call(call, context.language()))
            .collect(),
        requests: requests::about(&context, &timeline.receipt_id),
        words: words::Requests::of(context.language()),
        may_act: context.person.role >= Role::Operator,
        cancellable: payment.as_ref().and_then(|payment| cancellable(payment, &context)),
        doubt: payment.as_ref().and_then(|payment| doubt(payment, w)),
        told: timeline::of(&timeline, w),
        verdict: timeline.verdict,
        facts: timeline.facts,
        receipt: timeline.receipt_id,
    }))
}

fn hook(delivery: &Delivery, context: &PageContext) -> Hook {
    let w = Money::of(context.language());
    let answer = if delivery.last_result.is_empty() {
        w.not_tried.to_owned()
    } else {
        delivery.last_result.clone()
    };
    Hook {
        id: delivery.id.to_string(),
        number: delivery.sequence,
        kind: delivery.webhook_type.clone(),
        badge: badge::of_delivery(delivery.state, context.language()),
        url: delivery.url.clone(),
        attempts: delivery.attempts,
        answer,
        when: kst(&delivery.delivered_at.unwrap_or(delivery.created_at).to_wire()),
        payload: context.operator.webhook_body(delivery),
    }
}

fn pg_call(call: PgCall, language: Language) -> PgCallRow {
    PgCallRow {
        at: kst(&call.at.to_wire()),
        name: call.call,
        object: call.object,
        amount: call.amount.map(|amount| won(amount, language)).unwrap_or_default(),
        class: match call.outcome {
            "done" => "good",
            "refused" => "bad",
            _ => "open",
        },
        outcome: call.outcome,
        said: call.said,
        took_ms: call.took_ms,
    }
}

fn cancellable(payment: &Payment, context: &PageContext) -> Option<Cancellable> {
    let is_paid = matches!(payment.state, PaymentState::Paid | PaymentState::PartlyCancelled);
    let left = payment.balance();
    (is_paid && left.get() > 0).then(|| Cancellable {
        left: won(left, context.language()),
        id: context.operator.fresh_id(context.project),
    })
}

fn doubt(payment: &Payment, w: &'static Money) -> Option<&'static str> {
    matches!(payment.state, PaymentState::InDoubt | PaymentState::NeedsReview).then_some(w.doubts)
}

/// What a person typed into the cancel form.
#[derive(Deserialize)]
pub struct Cancelling {
    #[serde(default)]
    price: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    cancel_id: String,
}

/// `POST /console/receipts/{id}/cancel`.
pub async fn cancel(
    context: PageContext,
    Path(id): Path<String>,
    Form(typed): Form<Cancelling>,
) -> Result<Response, PageError> {
    context.needs(Role::Operator)?;
    let id: ReceiptId = id.parse().map_err(|_| PageError::not_found(&context))?;
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let fields = CancelFields {
        cancel_id: given(&typed.cancel_id),
        cancel_price: given(&typed.price),
        cancel_tax_free: None,
        username: Some(context.person.name.clone()),
        message: given(&typed.message),
    };
    let done = context
        .operator
        .cancel(&context.person, context.project, id, fields)
        .await;
    done.map_err(|refusal| PageError::refused(&context, &refusal))?;
    Ok(context.seen_after(&format!("/console/receipts/{id}")))
}

/// `POST /console/receipts/{id}/webhooks/{delivery}/resend`.
pub async fn resend(context: PageContext, Path((id, delivery)): Path<(String, String)>) -> Result<Response, PageError> {
    context.needs(Role::Operator)?;
    let id: ReceiptId = id.parse().map_err(|_| PageError::not_found(&context))?;
    let delivery: ReceiptId = delivery.parse().map_err(|_| PageError::not_found(&context))?;
    let sent = context
        .operator
        .resend(&context.person, context.project, id, delivery)
        .await;
    sent.map_err(|refusal| PageError::refused(&context, &refusal))?;
    Ok(context.seen_after(&format!("/console/receipts/{id}")))
}
