//! `GET /console/receipts`: payments or issuances, newest first, and the search.

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use domain::payment::PaymentState;
use serde::Deserialize;

use crate::format::filters;
use crate::layout::{Frame, Section};
use crate::live::{self, Kind};
use crate::page_context::PageContext;
use crate::page_context::PageError;
use crate::response::page;
use crate::rows::{self, Row};
use crate::words::Money;

/// What is asked for.
#[derive(Deserialize)]
pub struct ReceiptsQuery {
    /// `issuances`, or payments.
    kind: Option<String>,
    /// A filter of payments: `paid`, `declined`, `open`, `cancelled`.
    state: Option<String>,
    before: Option<String>,
    /// Searches instead.
    q: Option<String>,
}

/// One choice above the list.
pub struct Tab {
    pub href: String,
    pub label: &'static str,
    pub is_here: bool,
}

#[derive(Template)]
#[template(path = "receipts.html")]
struct Receipts {
    frame: Frame,
    w: &'static Money,
    /// Empty where nothing changes by itself: an older page, a search.
    triggers: String,
    kinds: Vec<Tab>,
    states: Vec<Tab>,
    rows: Vec<Row>,
    empty: &'static str,
    older: Option<String>,
    is_first: bool,
    query: String,
}

const FILTERS: [(&str, &[PaymentState]); 5] = [
    ("", &[]),
    ("paid", &[PaymentState::Paid, PaymentState::PartlyCancelled]),
    ("declined", &[PaymentState::Declined]),
    (
        "open",
        &[PaymentState::Intended, PaymentState::InDoubt, PaymentState::NeedsReview],
    ),
    (
        "cancelled",
        &[
            PaymentState::Cancelled,
            PaymentState::PartlyCancelled,
            PaymentState::Voided,
        ],
    ),
];

/// The list, or what a search found; a search that finds one thing leads there.
pub async fn list(context: PageContext, Query(asked): Query<ReceiptsQuery>) -> Result<Response, PageError> {
    let query = asked.q.as_deref().map(str::trim).unwrap_or_default().to_owned();
    if !query.is_empty() {
        return found(&context, query).await;
    }
    let w = Money::of(context.language());
    let is_issuances = asked.kind.as_deref() == Some("issuances");
    let filter = asked.state.as_deref().unwrap_or_default();
    let before = asked.before.clone().filter(|id| !id.is_empty());
    let is_first = before.is_none();
    let (rows, next) = if is_issuances {
        let part = context.operator.issuances(context.project, before).await;
        let part = part.map_err(|refusal| PageError::refused(&context, &refusal))?;
        let rows: Vec<Row> = part
            .rows
            .iter()
            .map(|one| rows::issuance(one, context.language()))
            .collect();
        (rows, part.next)
    } else {
        let states = FILTERS
            .iter()
            .find(|(name, _)| *name == filter)
            .map_or(&[][..], |(_, states)| *states);
        let part = context.operator.payments(context.project, states, before).await;
        let part = part.map_err(|refusal| PageError::refused(&context, &refusal))?;
        let rows: Vec<Row> = part
            .rows
            .iter()
            .map(|one| rows::payment(one, context.language()))
            .collect();
        (rows, part.next)
    };
    let kind = if is_issuances { "issuances" } else { "payments" };
    Ok(page(&Receipts {
        frame: Frame::of(
            &context,
            Some(Section::Receipts),
            Frame::words_of(context.language()).receipts,
        ),
        w,
        triggers: if is_first {
            live::triggers(&[Kind::Payment, Kind::Issuance])
        } else {
            String::new()
        },
        kinds: kinds(w, kind),
        states: if is_issuances { Vec::new() } else { states(w, filter) },
        rows,
        empty: if next.is_some() {
            w.none_older
        } else if is_first && filter.is_empty() {
            w.none
        } else {
            w.none_here
        },
        older: next.map(|id| format!("/console/receipts?kind={kind}&state={filter}&before={id}")),
        is_first,
        query,
    }))
}

async fn found(context: &PageContext, query: String) -> Result<Response, PageError> {
    let hits = context.operator.search(context.project, &query).await;
    let hits = hits.map_err(|refusal| PageError::refused(context, &refusal))?;
    let rows: Vec<Row> = hits.iter().map(|hit| rows::hit(hit, context.language())).collect();
    if let [only] = rows.as_slice() {
        return Ok(Redirect::to(&only.href).into_response());
    }
    let w = Money::of(context.language());
    Ok(page(&Receipts {
        frame: Frame::of(context, Some(Section::Receipts), w.search_found),
        w,
        triggers: String::new(),
        kinds: kinds(w, ""),
        states: Vec::new(),
        rows,
        empty: w.search_none,
        older: None,
        is_first: true,
        query,
    }))
}

fn kinds(w: &'static Money, here: &str) -> Vec<Tab> {
    [("payments", w.payments), ("issuances", w.issuances)]
        .map(|(kind, label)| Tab {
            href: format!("/console/receipts?kind={kind}"),
            label,
            is_here: kind == here,
        })
        .into()
}

fn states(w: &'static Money, here: &str) -> Vec<Tab> {
    let labels = [w.all, w.paid, w.declined, w.open, w.cancelled];
    let tabs = FILTERS.iter().zip(labels).map(|((name, _), label)| Tab {
        href: format!("/console/receipts?state={name}"),
        label,
        is_here: *name == here,
    });
    tabs.collect()
}
