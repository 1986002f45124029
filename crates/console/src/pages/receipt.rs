//! `GET /console/receipts/{id}`: a receipt's story, its webhooks, and what can be done.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use domain::ReceiptId;
use domain::delivery::Delivery;
use domain::payment::{CancelFields, Payment, State};
use gateway::{Exchange, Language, Role};
use serde::Deserialize;

use crate::answer::{Stop, page};
use crate::frame::{Frame, Section};
use crate::live;
use crate::show::{filters, kst, won};
use crate::state::{self, Badge};
use crate::timeline;
use crate::visit::Visit;
use crate::words::Money;

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
struct PgCall {
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
    told: Vec<timeline::Stretch>,
    hooks: Vec<Hook>,
    calls: Vec<PgCall>,
    may_act: bool,
    cancellable: Option<Cancellable>,
    doubt: Option<&'static str>,
    receipt: String,
}

/// The page.
pub async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Stop> {
    let id: ReceiptId = id.parse().map_err(|_| Stop::not_found(&visit))?;
    let refused = |refusal| Stop::refused(&visit, &refusal);
    let story = visit.desk.story(visit.project, id, visit.language()).await;
    let Some(story) = story.map_err(refused)? else {
        return Err(Stop::elsewhere(&visit, &id.to_string()).await);
    };
    let deliveries = visit.desk.deliveries(visit.project, id).await.map_err(refused)?;
    let payment = visit.desk.payment(visit.project, id).await.map_err(refused)?;
    let calls = visit.desk.exchanges(visit.project, id).await.map_err(refused)?;
    let w = Money::of(visit.language());
    let title = format!("{} {id}", w.receipt);
    let hooks = deliveries.iter().map(|delivery| hook(delivery, &visit));
    Ok(page(&Receipt {
        frame: Frame::of(&visit, Some(Section::Receipts), &title),
        w,
        triggers: live::triggers_of(&[&story.receipt_id]),
        tone: timeline::class(story.tone),
        hooks: hooks.collect(),
        calls: calls.into_iter().map(|call| pg_call(call, visit.language())).collect(),
        may_act: visit.person.role >= Role::Operator,
        cancellable: payment.as_ref().and_then(|payment| cancellable(payment, &visit)),
        doubt: payment.as_ref().and_then(|payment| doubt(payment, w)),
        told: timeline::of(&story, w),
        verdict: story.verdict,
        facts: story.facts,
        receipt: story.receipt_id,
    }))
}

fn hook(delivery: &Delivery, visit: &Visit) -> Hook {
    let w = Money::of(visit.language());
    let answer = if delivery.last_result.is_empty() {
        w.not_tried.to_owned()
    } else {
        delivery.last_result.clone()
    };
    Hook {
        id: delivery.id.to_string(),
        number: delivery.sequence,
        kind: delivery.webhook_type.clone(),
        badge: state::of_delivery(delivery.state, visit.language()),
        url: delivery.url.clone(),
        attempts: delivery.attempts,
        answer,
        when: kst(&delivery.delivered_at.unwrap_or(delivery.created_at).to_wire()),
        payload: visit.desk.webhook_body(delivery),
    }
}

fn pg_call(exchange: Exchange, language: Language) -> PgCall {
    PgCall {
        at: kst(&exchange.at.to_wire()),
        name: exchange.call,
        object: exchange.object,
        amount: exchange.amount.map(|amount| won(amount, language)).unwrap_or_default(),
        class: match exchange.outcome {
            "done" => "good",
            "refused" => "bad",
            _ => "open",
        },
        outcome: exchange.outcome,
        said: exchange.said,
        took_ms: exchange.took_ms,
    }
}

fn cancellable(payment: &Payment, visit: &Visit) -> Option<Cancellable> {
    let is_paid = matches!(payment.state, State::Paid | State::PartlyCancelled);
    let left = payment.balance();
    (is_paid && left.get() > 0).then(|| Cancellable {
        left: won(left, visit.language()),
        id: visit.desk.fresh_id(),
    })
}

fn doubt(payment: &Payment, w: &'static Money) -> Option<&'static str> {
    matches!(payment.state, State::InDoubt | State::NeedsPerson).then_some(w.doubts)
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
pub async fn cancel(visit: Visit, Path(id): Path<String>, Form(typed): Form<Cancelling>) -> Result<Response, Stop> {
    visit.needs(Role::Operator)?;
    let id: ReceiptId = id.parse().map_err(|_| Stop::not_found(&visit))?;
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let fields = CancelFields {
        cancel_id: given(&typed.cancel_id),
        cancel_price: given(&typed.price),
        cancel_tax_free: None,
        username: Some(visit.person.name.clone()),
        message: given(&typed.message),
    };
    let done = visit.desk.cancel(&visit.person, visit.project, id, fields).await;
    done.map_err(|refusal| Stop::refused(&visit, &refusal))?;
    Ok(visit.seen_after(&format!("/console/receipts/{id}")))
}

/// `POST /console/receipts/{id}/webhooks/{delivery}/resend`.
pub async fn resend(visit: Visit, Path((id, delivery)): Path<(String, String)>) -> Result<Response, Stop> {
    visit.needs(Role::Operator)?;
    let id: ReceiptId = id.parse().map_err(|_| Stop::not_found(&visit))?;
    let delivery: ReceiptId = delivery.parse().map_err(|_| Stop::not_found(&visit))?;
    let sent = visit.desk.resend(&visit.person, visit.project, id, delivery).await;
    sent.map_err(|refusal| Stop::refused(&visit, &refusal))?;
    Ok(visit.seen_after(&format!("/console/receipts/{id}")))
}
