//! `GET /console/reserves`: a week of days and one day's reserves; one reserve, and its revocation.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::Response;
use domain::reserve::ReserveState;
use domain::{ErrorCode, ReceiptId, ReserveId};
use gateway::{COUNTED_MAX, Day, Role};
use serde::Deserialize;

use crate::badge::{self, Badge};
use crate::format::{filters, kst, won};
use crate::layout::{Frame, Section};
use crate::live::{self, Kind};
use crate::page_context::PageContext;
use crate::page_context::PageError;
use crate::response::page;
use crate::rows::{self, Row};
use crate::timeline;
use crate::words::Money;

#[derive(Deserialize)]
pub struct ReservesQuery {
    day: Option<String>,
    /// The last one of the page before.
    after: Option<String>,
}

/// One day of the week shown.
struct DayTab {
    href: String,
    label: String,
    count: String,
    is_here: bool,
    is_today: bool,
}

#[derive(Template)]
#[template(path = "reserves.html")]
struct Reserves {
    frame: Frame,
    w: &'static Money,
    triggers: String,
    days: Vec<DayTab>,
    before: String,
    after: String,
    next: Vec<Row>,
    has_more_next: bool,
    rows: Vec<Row>,
    is_first: bool,
    here: String,
    later: Option<String>,
    may_move_clock: bool,
    clock: String,
}

/// The week around a day, and the day.
pub async fn list(context: PageContext, Query(asked): Query<ReservesQuery>) -> Result<Response, PageError> {
    let refused = |refusal| PageError::refused(&context, &refusal);
    let now = context.operator.now(context.project);
    let today = Day::of(now);
    let day = asked.day.as_deref().and_then(Day::parse).unwrap_or(today);
    // Two days before and four after: what is to come interests more.
    let mut days = Vec::new();
    for offset in -2..=4 {
        let one = day.plus(offset);
        let count = context
            .operator
            .reserves_count(context.project, one)
            .await
            .map_err(refused)?;
        days.push(DayTab {
            href: format!("/console/reserves?day={}", one.to_text()),
            label: one.to_text(),
            count: counted(count),
            is_here: one == day,
            is_today: one == today,
        });
    }
    let after = asked.after.as_deref().and_then(|id| id.parse::<ReserveId>().ok());
    let due = context.operator.reserves_on(context.project, day, after).await;
    let (due, has_more) = due.map_err(refused)?;
    let here = format!("/console/reserves?day={}", day.to_text());
    let last = due.last().filter(|_| has_more);
    let (next, has_more_next) = context.operator.reserves_next(context.project).await.map_err(refused)?;
    let w = Money::of(context.language());
    Ok(page(&Reserves {
        frame: Frame::of(&context, Some(Section::Reserves), w.reserves),
        w,
        triggers: live::triggers(&[Kind::Reserve, Kind::Key, Kind::Clock]),
        days,
        is_first: after.is_none(),
        later: last.map(|reserve| format!("{here}&after={}", reserve.id)),
        here,
        before: day.plus(-7).to_text(),
        after: day.plus(7).to_text(),
        next: next
            .iter()
            .map(|reserve| rows::reserve(reserve, context.language()))
            .collect(),
        has_more_next,
        rows: due
            .iter()
            .map(|reserve| rows::reserve(reserve, context.language()))
            .collect(),
        may_move_clock: context.operator.is_sandbox() && context.person.role >= Role::Operator,
        clock: kst(&now.to_wire()),
    }))
}

/// Counting stops somewhere.
fn counted(count: u32) -> String {
    if count >= COUNTED_MAX {
        format!("{count}+")
    } else {
        count.to_string()
    }
}

#[derive(Template)]
#[template(path = "reserve.html")]
struct Reserve {
    frame: Frame,
    w: &'static Money,
    triggers: String,
    id: String,
    badge: Badge,
    order: String,
    name: String,
    amount: String,
    key: String,
    due: String,
    wanted: Option<String>,
    receipt: Option<String>,
    failure: Option<String>,
    verdict: String,
    tone: &'static str,
    told: Vec<timeline::TimelineSegment>,
    may_act: bool,
    is_waiting: bool,
}

/// One reserve.
pub async fn show(context: PageContext, Path(id): Path<String>) -> Result<Response, PageError> {
    let id: ReserveId = id.parse().map_err(|_| PageError::not_found(&context))?;
    let found = context.operator.reserve(context.project, id).await;
    let found = match found {
        Ok(found) => found,
        Err(refusal) if refusal.code == ErrorCode::ReceiptNotFound => {
            return Err(PageError::elsewhere(&context, &id.to_string()).await);
        }
        Err(refusal) => return Err(PageError::refused(&context, &refusal)),
    };
    let timeline = context
        .operator
        .timeline(context.project, ReceiptId(id.0), context.language())
        .await;
    let timeline = timeline.map_err(|refusal| PageError::refused(&context, &refusal))?;
    let timeline = timeline.ok_or_else(|| PageError::not_found(&context))?;
    let w = Money::of(context.language());
    let failure = found.failure.as_ref().map(|failure| {
        let sentence = crate::format::sentence(failure.code, context.language());
        format!("{} · {sentence}", failure.code.name())
    });
    Ok(page(&Reserve {
        frame: Frame::of(&context, Some(Section::Reserves), &format!("{} {id}", w.reserve)),
        w,
        triggers: live::triggers_of(&[&id.to_string(), &found.billing_key.to_string()]),
        id: id.to_string(),
        badge: badge::of_reserve(found.state, context.language()),
        order: found.order.order_id.clone(),
        name: found.order.order_name.clone(),
        amount: won(found.order.price, context.language()),
        key: found.billing_key.to_string(),
        due: kst(&found.due_at.to_wire()),
        wanted: (found.due_at != found.execute_at).then(|| kst(&found.execute_at.to_wire())),
        receipt: found.receipt_id.map(|receipt| receipt.to_string()),
        failure,
        tone: timeline::class(timeline.tone),
        told: timeline::of(&timeline, w),
        verdict: timeline.verdict,
        may_act: context.person.role >= Role::Operator,
        is_waiting: found.state == ReserveState::Waiting,
    }))
}

/// `POST /console/reserves/{id}/revoke`.
pub async fn revoke(context: PageContext, Path(id): Path<String>) -> Result<Response, PageError> {
    context.needs(Role::Operator)?;
    let id: ReserveId = id.parse().map_err(|_| PageError::not_found(&context))?;
    let done = context.operator.revoke(&context.person, context.project, id).await;
    done.map_err(|refusal| PageError::refused(&context, &refusal))?;
    Ok(context.seen_after(&format!("/console/reserves/{id}")))
}

/// How far a person wants to move the clock.
#[derive(Deserialize)]
pub struct Advancing {
    by: String,
}

/// `POST /console/clock`: the project's time moves on.
pub async fn advance(context: PageContext, Form(asked): Form<Advancing>) -> Result<Response, PageError> {
    context.needs(Role::Operator)?;
    let moved = context
        .operator
        .advance(&context.person, context.project, &asked.by)
        .await;
    moved.map_err(|refusal| PageError::refused(&context, &refusal))?;
    Ok(context.seen_after("/console/reserves"))
}
