//! `GET /console/keys` and one key: what was and will be paid with it, and its end.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use domain::{BillingKeyId, ErrorCode};
use gateway::{RecordForm, Role};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;

use crate::badge::{self, Badge};
use crate::format::{filters, kst};
use crate::layout::{Frame, Section};
use crate::live::{self, Kind};
use crate::page_context::PageContext;
use crate::page_context::PageError;
use crate::response::page;
use crate::rows::{self, Row};
use crate::words::Money;

#[derive(Deserialize)]
pub struct PageQuery {
    before: Option<String>,
}

#[derive(Template)]
#[template(path = "keys.html")]
struct Keys {
    frame: Frame,
    w: &'static Money,
    triggers: String,
    rows: Vec<Row>,
    none: &'static str,
    older: Option<String>,
}

/// The newest keys.
pub async fn list(context: PageContext, Query(asked): Query<PageQuery>) -> Result<Response, PageError> {
    let before = asked.before.filter(|id| !id.is_empty());
    let is_first = before.is_none();
    let part = context.operator.keys(context.project, before).await;
    let part = part.map_err(|refusal| PageError::refused(&context, &refusal))?;
    let w = Money::of(context.language());
    Ok(page(&Keys {
        frame: Frame::of(&context, Some(Section::Keys), w.keys),
        w,
        triggers: if is_first {
            live::triggers(&[Kind::Key])
        } else {
            String::new()
        },
        none: if part.next.is_some() { w.none_older } else { w.none },
        rows: part.rows.iter().map(|key| rows::key(key, context.language())).collect(),
        older: part.next.map(|id| format!("/console/keys?before={id}")),
    }))
}

#[derive(Template)]
#[template(path = "key.html")]
struct Key {
    frame: Frame,
    w: &'static Money,
    triggers: String,
    id: String,
    badge: Badge,
    receipt: String,
    account: String,
    issued_at: String,
    destroyed_at: Option<String>,
    payments: Vec<Row>,
    /// What stands where there is none.
    none_paid: &'static str,
    reserves: Vec<Row>,
    may_act: bool,
}

/// One key.
pub async fn show(context: PageContext, Path(id): Path<String>) -> Result<Response, PageError> {
    let id: BillingKeyId = id.parse().map_err(|_| PageError::not_found(&context))?;
    let refused = |refusal| PageError::refused(&context, &refusal);
    let key = match context.operator.key(context.project, id).await {
        Ok(key) => key,
        Err(refusal) if refusal.code == ErrorCode::ReceiptNotFound => {
            return Err(PageError::elsewhere(&context, &id.to_string()).await);
        }
        Err(refusal) => return Err(PageError::refused(&context, &refusal)),
    };
    let payments = context
        .operator
        .payments_of_key(context.project, id)
        .await
        .map_err(refused)?;
    let reserves = context
        .operator
        .reserves_of_key(context.project, id)
        .await
        .map_err(refused)?;
    let w = Money::of(context.language());
    Ok(page(&Key {
        frame: Frame::of(&context, Some(Section::Keys), &format!("{} {id}", w.key)),
        w,
        triggers: live::triggers(&[Kind::Key, Kind::Payment, Kind::Reserve]),
        id: id.to_string(),
        badge: badge::of_key(&key, context.language()),
        receipt: key.receipt_id.to_string(),
        account: key.shown.line(),
        issued_at: kst(&key.issued_at.to_wire()),
        destroyed_at: key.destroyed_at.map(|at| kst(&at.to_wire())),
        none_paid: if payments.next.is_some() { w.none_recent } else { w.none },
        payments: payments
            .rows
            .iter()
            .map(|one| rows::payment(one, context.language()))
            .collect(),
        reserves: reserves
            .iter()
            .map(|one| rows::reserve(one, context.language()))
            .collect(),
        may_act: context.person.role >= Role::Operator,
    }))
}

/// What a person chose in the form.
#[derive(Deserialize)]
pub struct Destroying {
    /// Present when the reserves go too.
    reserves: Option<String>,
}

/// `POST /console/keys/{id}/destroy`.
pub async fn destroy(
    context: PageContext,
    Path(id): Path<String>,
    Form(chosen): Form<Destroying>,
) -> Result<Response, PageError> {
    context.needs(Role::Operator)?;
    let id: BillingKeyId = id.parse().map_err(|_| PageError::not_found(&context))?;
    let done = if chosen.reserves.is_some() {
        context.operator.destroy(&context.person, context.project, id).await
    } else {
        context
            .operator
            .destroy_alone(&context.person, context.project, id)
            .await
    };
    done.map_err(|refusal| PageError::refused(&context, &refusal))?;
    Ok(context.seen_after(&format!("/console/keys/{id}")))
}

/// What a person wrote in the form.
#[derive(Deserialize)]
pub struct Withdrawing {
    #[serde(default)]
    channel: String,
    reason: Option<String>,
}

/// `POST /console/keys/{id}/withdraw`.
pub async fn withdraw(
    context: PageContext,
    Path(id): Path<String>,
    Form(written): Form<Withdrawing>,
) -> Result<Response, PageError> {
    context.needs(Role::Operator)?;
    let id: BillingKeyId = id.parse().map_err(|_| PageError::not_found(&context))?;
    let said = (written.channel, written.reason);
    let done = context
        .operator
        .withdraw(&context.person, context.project, id, said)
        .await;
    done.map_err(|refusal| PageError::refused(&context, &refusal))?;
    Ok(context.seen_after(&format!("/console/keys/{id}")))
}

/// `GET /console/keys/{id}/consent/json` and `…/pdf`: a file.
pub async fn record(context: PageContext, Path((id, form)): Path<(String, String)>) -> Result<Response, PageError> {
    let id: BillingKeyId = id.parse().map_err(|_| PageError::not_found(&context))?;
    let (form, kind) = match form.as_str() {
        "json" => (RecordForm::Json, "application/json"),
        "pdf" => (RecordForm::Pdf, "application/pdf"),
        _ => return Err(PageError::not_found(&context)),
    };
    let bytes = context.operator.consent_record(context.project, id, form).await;
    let bytes = bytes.map_err(|refusal| PageError::refused(&context, &refusal))?;
    let ending = if form == RecordForm::Json { "json" } else { "pdf" };
    let name = format!("attachment; filename=\"consent-{id}.{ending}\"");
    Ok(([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)], bytes).into_response())
}
