//! `GET /console/keys` and one key: what was and will be paid with it, and its end.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::Response;
use domain::{BillingKeyId, ErrorCode};
use gateway::Role;
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
pub async fn list(visit: PageContext, Query(asked): Query<PageQuery>) -> Result<Response, PageError> {
    let before = asked.before.filter(|id| !id.is_empty());
    let is_first = before.is_none();
    let part = visit.operator.keys(visit.project, before).await;
    let part = part.map_err(|refusal| PageError::refused(&visit, &refusal))?;
    let w = Money::of(visit.language());
    Ok(page(&Keys {
        frame: Frame::of(&visit, Some(Section::Keys), w.keys),
        w,
        triggers: if is_first {
            live::triggers(&[Kind::Key])
        } else {
            String::new()
        },
        none: if part.next.is_some() { w.none_older } else { w.none },
        rows: part.rows.iter().map(|key| rows::key(key, visit.language())).collect(),
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
pub async fn show(visit: PageContext, Path(id): Path<String>) -> Result<Response, PageError> {
    let id: BillingKeyId = id.parse().map_err(|_| PageError::not_found(&visit))?;
    let refused = |refusal| PageError::refused(&visit, &refusal);
    let key = match visit.operator.key(visit.project, id).await {
        Ok(key) => key,
        Err(refusal) if refusal.code == ErrorCode::ReceiptNotFound => {
            return Err(PageError::elsewhere(&visit, &id.to_string()).await);
        }
        Err(refusal) => return Err(PageError::refused(&visit, &refusal)),
    };
    let payments = visit
        .operator
        .payments_of_key(visit.project, id)
        .await
        .map_err(refused)?;
    let reserves = visit
        .operator
        .reserves_of_key(visit.project, id)
        .await
        .map_err(refused)?;
    let w = Money::of(visit.language());
    Ok(page(&Key {
        frame: Frame::of(&visit, Some(Section::Keys), &format!("{} {id}", w.key)),
        w,
        triggers: live::triggers(&[Kind::Key, Kind::Payment, Kind::Reserve]),
        id: id.to_string(),
        badge: badge::of_key(&key, visit.language()),
        receipt: key.receipt_id.to_string(),
        account: key.shown.line(),
        issued_at: kst(&key.issued_at.to_wire()),
        destroyed_at: key.destroyed_at.map(|at| kst(&at.to_wire())),
        none_paid: if payments.next.is_some() { w.none_recent } else { w.none },
        payments: payments
            .rows
            .iter()
            .map(|one| rows::payment(one, visit.language()))
            .collect(),
        reserves: reserves
            .iter()
            .map(|one| rows::reserve(one, visit.language()))
            .collect(),
        may_act: visit.person.role >= Role::Operator,
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
    visit: PageContext,
    Path(id): Path<String>,
    Form(chosen): Form<Destroying>,
) -> Result<Response, PageError> {
    visit.needs(Role::Operator)?;
    let id: BillingKeyId = id.parse().map_err(|_| PageError::not_found(&visit))?;
    let done = if chosen.reserves.is_some() {
        visit.operator.destroy(&visit.person, visit.project, id).await
    } else {
        visit.operator.destroy_alone(&visit.person, visit.project, id).await
    };
    done.map_err(|refusal| PageError::refused(&visit, &refusal))?;
    Ok(visit.seen_after(&format!("/console/keys/{id}")))
}
