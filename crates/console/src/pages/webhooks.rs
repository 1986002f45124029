//! `GET /console/webhooks`: where a project's webhooks go, what they are signed with, and what came of the newest.

use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::response::Response;
use domain::EpochMs;
use domain::webhook_delivery::{Delivery, DeliveryState};
use gateway::{Language, Role};
use serde::Deserialize;

use crate::badge::{self, Badge};
use crate::format::{filters, kst};
use crate::layout::{Frame, Section};
use crate::live::{self, Kind};
use crate::page_context::PageContext;
use crate::page_context::PageError;
use crate::pages::receipts::Tab;
use crate::response::page;
use crate::words;

#[derive(Deserialize)]
pub struct WebhooksQuery {
    /// `pending`, `delivered`, `exhausted`, or all.
    #[serde(default)]
    state: String,
    before: Option<String>,
}

#[derive(Template)]
#[template(path = "webhooks.html")]
struct Webhooks {
    frame: Frame,
    w: &'static words::Webhooks,
    money: &'static words::Money,
    /// Empty on an older page.
    triggers: String,
    url: String,
    /// Only where it was asked for.
    secret: Option<String>,
    overlap_until: Option<String>,
    check: String,
    failing: Option<Failing>,
    states: Vec<Tab>,
    rows: Vec<Row>,
    empty: &'static str,
    older: Option<String>,
    may_administer: bool,
}

/// Webhooks that wait for another try.
struct Failing {
    count: String,
    oldest: String,
    answer: String,
}

struct Row {
    badge: Badge,
    href: String,
    kind: String,
    receipt: String,
    number: u32,
    tries: String,
    answer: String,
    when: String,
    next: String,
}

/// The page.
pub async fn show(context: PageContext, Query(asked): Query<WebhooksQuery>) -> Result<Response, PageError> {
    shown(&context, asked, None).await
}

async fn shown(context: &PageContext, asked: WebhooksQuery, secret: Option<String>) -> Result<Response, PageError> {
    let refused = |refusal| PageError::refused(context, &refusal);
    let state = asked.state.parse::<DeliveryState>().ok();
    let before = asked.before.filter(|id| !id.is_empty());
    let is_first = before.is_none();
    let states: Vec<DeliveryState> = state.into_iter().collect();
    let part = context.operator.webhooks(context.project, &states, before).await;
    let part = part.map_err(refused)?;
    let endpoint = context.operator.webhook_endpoint(context.project).map_err(refused)?;
    let language = context.language();
    let w = words::Webhooks::of(language);
    let money = words::Money::of(language);
    let filter = state.map_or("", DeliveryState::name);
    let url = endpoint.url.unwrap_or_default();
    Ok(page(&Webhooks {
        frame: Frame::of(context, Some(Section::Webhooks), Frame::words_of(language).webhooks),
        w,
        money,
        triggers: if is_first {
            live::triggers(&[Kind::Webhook])
        } else {
            String::new()
        },
        check: check(&url),
        url,
        secret,
        overlap_until: endpoint.overlap_until.map(|until| kst(&until.to_wire())),
        failing: failing(&part.rows, part.next.is_some()),
        states: tabs(w, filter),
        rows: part.rows.iter().map(|delivery| row(delivery, language, w)).collect(),
        empty: match (&part.next, is_first && filter.is_empty()) {
            (Some(_), _) => money.none_older,
            (None, true) => money.none,
            (None, false) => money.none_here,
        },
        older: part
            .next
            .map(|id| format!("/console/webhooks?state={filter}&before={id}")),
        may_administer: context.person.role >= Role::Admin,
    }))
}

/// A command to paste: whatever the URL has in it is nothing to a shell.
fn check(url: &str) -> String {
    match url {
        "" => "jadong webhook ordeal --url 127.0.0.1:8000/webhook".to_owned(),
        url => format!("jadong webhook ordeal --url '{}'", url.replace('\'', "%27")),
    }
}

/// What the newest say of the endpoint: nothing where none was tried in vain and waits.
fn failing(newest: &[Delivery], has_older: bool) -> Option<Failing> {
    let in_vain = |delivery: &&Delivery| delivery.state == DeliveryState::Pending && delivery.attempts > 0;
    let waiting: Vec<&Delivery> = newest.iter().filter(in_vain).collect();
    let (latest, oldest) = (waiting.first()?, waiting.last()?);
    Some(Failing {
        count: format!("{}{}", waiting.len(), if has_older { "+" } else { "" }),
        oldest: kst(&oldest.created_at.to_wire()),
        answer: latest.last_result.clone(),
    })
}

fn row(delivery: &Delivery, language: Language, w: &words::Webhooks) -> Row {
    let is_waiting = delivery.state == DeliveryState::Pending;
    Row {
        badge: badge::of_delivery(delivery.state, language),
        href: format!("/console/receipts/{}#payload-{}", delivery.receipt_id, delivery.id),
        kind: delivery.webhook_type.clone(),
        receipt: delivery.receipt_id.to_string(),
        number: delivery.sequence,
        tries: format!("{} {}", delivery.attempts, w.tries),
        answer: delivery.last_result.clone(),
        when: kst(&delivery.delivered_at.unwrap_or(delivery.created_at).to_wire()),
        next: match (is_waiting, delivery.attempts) {
            (false, _) => String::new(),
            // Those of one receipt go out one after the other.
            (true, 0) if delivery.sequence > 1 => w.waits.to_owned(),
            (true, _) => format!("{} {}", w.next_try, kst(&EpochMs::to_wire(delivery.next_at))),
        },
    }
}

fn tabs(w: &words::Webhooks, here: &str) -> Vec<Tab> {
    let tab = |(state, label): (&str, &'static str)| Tab {
        href: format!("/console/webhooks?state={state}"),
        label,
        is_here: state == here,
    };
    [
        ("", w.all),
        ("pending", w.pending),
        ("delivered", w.delivered),
        ("exhausted", w.exhausted),
    ]
    .map(tab)
    .into()
}

/// `POST /console/webhooks/secret`: the page with the secret on it.
pub async fn reveal(context: PageContext) -> Result<Response, PageError> {
    context.needs(Role::Admin)?;
    let secret = context.operator.webhook_secret(&context.person, context.project).await;
    let secret = secret.map_err(|refusal| PageError::refused(&context, &refusal))?;
    let newest = WebhooksQuery {
        state: String::new(),
        before: None,
    };
    shown(&context, newest, Some(secret)).await
}

/// What a person typed.
#[derive(Deserialize)]
pub struct Setting {
    #[serde(default)]
    webhook_url: String,
}

/// `POST /console/webhooks`: where they go from now on.
pub async fn set(context: PageContext, Form(typed): Form<Setting>) -> Result<Response, PageError> {
    context.needs(Role::Admin)?;
    let set = context
        .operator
        .set_webhook(&context.person, context.project, &typed.webhook_url);
    set.await.map_err(|refusal| PageError::refused(&context, &refusal))?;
    Ok(context.seen_after("/console/webhooks"))
}

/// `POST /console/webhooks/rotate`: a new secret.
pub async fn rotate(context: PageContext) -> Result<Response, PageError> {
    context.needs(Role::Admin)?;
    let rotated = context
        .operator
        .rotate_webhook_secret(&context.person, context.project)
        .await;
    rotated.map_err(|refusal| PageError::refused(&context, &refusal))?;
    Ok(context.seen_after("/console/webhooks"))
}
