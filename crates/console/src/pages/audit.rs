//! `GET /console/audit`: who did what.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use gateway::{ACTS_A_PAGE, Role};
use serde::Deserialize;

use crate::format::{filters, kst};
use crate::layout::{Frame, Section};
use crate::live::{self, Kind};
use crate::page_context::PageContext;
use crate::page_context::PageError;
use crate::response::page;
use crate::words::People;

#[derive(Deserialize)]
pub struct PageQuery {
    before: Option<i64>,
}

struct Row {
    when: String,
    person: String,
    role: String,
    act: String,
    object: String,
    outcome: String,
    class: &'static str,
    note: String,
    address: String,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct Audit {
    frame: Frame,
    w: &'static People,
    triggers: String,
    rows: Vec<Row>,
    older: Option<i64>,
}

/// The newest acts; for admins.
pub async fn list(context: PageContext, Query(asked): Query<PageQuery>) -> Result<Response, PageError> {
    context.needs(Role::Admin)?;
    let acts = context.operator.audit_entries(asked.before).await;
    let acts = acts.map_err(|refusal| PageError::refused(&context, &refusal))?;
    let w = People::of(context.language());
    let is_full = u32::try_from(acts.len()).is_ok_and(|rows| rows >= ACTS_A_PAGE);
    let older = acts.last().filter(|_| is_full).map(|(number, _)| *number);
    let rows = acts.into_iter().map(|(_, act)| Row {
        when: kst(&act.at.to_wire()),
        class: match act.outcome.as_str() {
            "asked" => "calm",
            "done" => "good",
            _ => "bad",
        },
        person: act.person,
        role: w.role(&act.role).to_owned(),
        act: w.act(&act.act).to_owned(),
        object: act.object,
        outcome: w.outcome(&act.outcome).to_owned(),
        note: act.note,
        address: act.address,
    });
    Ok(page(&Audit {
        frame: Frame::of(&context, Some(Section::Audit), w.audit),
        w,
        triggers: if asked.before.is_none() {
            live::triggers(&[Kind::Act])
        } else {
            String::new()
        },
        rows: rows.collect(),
        older,
    }))
}
