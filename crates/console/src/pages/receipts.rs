//! `GET /console/receipts`: payments or issuances, newest first, and the search.

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use domain::payment::PaymentState;
use gateway::{Day, PaymentFilter, SearchResult};
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
    #[serde(flatten)]
    days: Days,
    /// Searches instead.
    q: Option<String>,
}

/// From one day to another, both included; an empty field, or what is no day, is no bound.
#[derive(Deserialize, Default)]
pub struct Days {
    #[serde(default)]
    since: String,
    #[serde(default)]
    until: String,
}

impl Days {
    /// The payments of these days, in the states of the filter of that name.
    pub fn filter(&self, state: &str) -> PaymentFilter {
        let states = FILTERS.iter().find(|(name, _)| *name == state);
        PaymentFilter {
            states: states.map_or_else(Vec::new, |(_, states)| states.to_vec()),
            from: Day::parse(&self.since).map(Day::begins),
            until: Day::parse(&self.until).map(|day| day.plus(1).begins()),
            ..PaymentFilter::default()
        }
    }

    /// What an address ends with to mean them.
    fn query(&self) -> String {
        let day = |text: &str| Day::parse(text).map_or_else(String::new, Day::to_text);
        format!("&since={}&until={}", day(&self.since), day(&self.until))
    }
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
    /// Whether what was searched for is a subscription's id.
    is_subscription: bool,
    /// Of payments, not of issuances.
    days: Option<DaysForm>,
}

/// The form that chooses the days, and the file of what it has chosen.
struct DaysForm {
    state: String,
    since: String,
    until: String,
    file: String,
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
    let is_first = asked.before.as_ref().is_none_or(String::is_empty);
    let (rows, next) = part(&context, &asked, is_issuances).await?;
    let kind = if is_issuances { "issuances" } else { "payments" };
    let of_days = if is_issuances {
        String::new()
    } else {
        asked.days.query()
    };
    Ok(page(&Receipts {
        days: (!is_issuances).then(|| DaysForm {
            state: filter.to_owned(),
            since: asked.days.since.clone(),
            until: asked.days.until.clone(),
            file: format!("/console/receipts.csv?state={filter}{of_days}"),
        }),
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
        states: if is_issuances {
            Vec::new()
        } else {
            states(w, filter, &of_days)
        },
        rows,
        empty: if next.is_some() {
            w.none_older
        } else if is_first && filter.is_empty() && asked.days.since.is_empty() && asked.days.until.is_empty() {
            w.none
        } else {
            w.none_here
        },
        older: next.map(|id| format!("/console/receipts?kind={kind}&state={filter}{of_days}&before={id}")),
        is_first,
        query,
        is_subscription: false,
    }))
}

/// A part of the list, and where the next begins.
async fn part(
    context: &PageContext,
    asked: &ReceiptsQuery,
    is_issuances: bool,
) -> Result<(Vec<Row>, Option<String>), PageError> {
    let refused = |refusal| PageError::refused(context, &refusal);
    let (operator, language) = (&context.operator, context.language());
    let before = asked.before.clone().filter(|id| !id.is_empty());
    if is_issuances {
        let part = operator.issuances(context.project, before).await.map_err(refused)?;
        let rows = part.rows.iter().map(|one| rows::issuance(one, language));
        return Ok((rows.collect(), part.next));
    }
    let filter = asked.days.filter(asked.state.as_deref().unwrap_or_default());
    let part = operator
        .payments(context.project, filter, before)
        .await
        .map_err(refused)?;
    let rows = part.rows.iter().map(|one| rows::payment(one, language));
    Ok((rows.collect(), part.next))
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
        is_subscription: hits.iter().any(is_issuance),
        days: None,
    }))
}

fn is_issuance(hit: &SearchResult) -> bool {
    matches!(hit, SearchResult::Issuance(_))
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

fn states(w: &'static Money, here: &str, of_days: &str) -> Vec<Tab> {
    let labels = [w.all, w.paid, w.declined, w.open, w.cancelled];
    let tabs = FILTERS.iter().zip(labels).map(|((name, _), label)| Tab {
        href: format!("/console/receipts?state={name}{of_days}"),
        label,
        is_here: *name == here,
    });
    tabs.collect()
}
