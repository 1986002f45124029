//! On the admin listener, signed with the installation's key: `POST /reconcile`, a day's payments as they are here and at the PG, part
//! by part; `POST /payments/{receipt_id}/mend`, what mends a difference.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::payment::{Cancel, Comparison, ManualResolutionForm, Mend};
use domain::retention::{Destruction, RecordKind};
use domain::{EpochMs, ErrorCode, ProjectId, ReceiptId, Refusal, Won};
use http::{HeaderMap, Uri};
use serde::Deserialize;
use serde_json::{Value, json};

use super::response::{ApiError, ok};
use super::signed_body;
use crate::app::App;
use crate::services::payment::reconcile::{self, Compared, Cursor, Span};

const PART_MAX: u32 = 1_000;

#[derive(Deserialize, Default)]
#[serde(default)]
struct PartBody {
    project: String,
    /// A day in Korea: `2026-01-31`.
    date: String,
    /// Where the part before ended.
    after: Option<String>,
    limit: Option<u32>,
    /// Without it the payments are only listed.
    asks_pg: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct MendBody {
    mend: Option<String>,
    who: Option<String>,
    note: Option<String>,
}

pub async fn part(State(app): State<Arc<App>>, headers: HeaderMap, uri: Uri, sent: Body) -> Result<Response, ApiError> {
    let bytes_max = app.services.settings.limits.body_bytes;
    let asked: PartBody = signed_body::read(&app, (&headers, &uri), sent, bytes_max).await?;
    let projects = app.services.store().projects().await.map_err(Refusal::from)?;
    let project = projects.iter().find(|project| project.name == asked.project);
    let project =
        project.ok_or_else(|| Refusal::new(ErrorCode::FieldInvalid, "project").hint("jadong project list"))?;
    let now = asked.asks_pg.then(|| app.services.now_of(project.id));
    let span = span_of(project.id, &asked.date, now)?;
    let after = asked
        .after
        .as_deref()
        .map(|after| cursor(after, span.ids))
        .transpose()?;
    let limit = asked.limit.unwrap_or(10).clamp(1, PART_MAX);
    let part = reconcile::part(&app.services, span, after, limit, asked.asks_pg).await?;
    let destroyed = app.services.store().destructions(project.id).await;
    Ok(ok(&json!({
        "destroyed": destroyed.map_err(Refusal::from)?.iter().filter_map(|row| gone(row, span)).collect::<Vec<_>>(),
        "rows": part.rows.iter().map(shown).collect::<Vec<_>>(),
        "next": part.next.map(written),
    })))
}

pub async fn mend(
    State(app): State<Arc<App>>,
    Path(receipt_id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    sent: Body,
) -> Result<Response, ApiError> {
    let bytes_max = app.services.settings.limits.body_bytes;
    let MendBody { mend, who, note } = signed_body::read(&app, (&headers, &uri), sent, bytes_max).await?;
    let receipt: ReceiptId = receipt_id
        .parse()
        .map_err(|_| Refusal::new(ErrorCode::ReceiptNotFound, "receipt_id"))?;
    let mend: Option<Mend> = mend.and_then(|name| name.parse().ok());
    let mend = mend.ok_or_else(|| Refusal::new(ErrorCode::FieldInvalid, "mend").hint("record, give_back"))?;
    let form = ManualResolutionForm {
        who,
        note,
        ..ManualResolutionForm::default()
    };
    let payment = reconcile::mend(&app.services, receipt, mend, form).await?;
    Ok(ok(&json!({
        "receipt_id": payment.receipt_id.to_string(),
        "order_id": payment.order.order_id,
        "state": payment.state.name(),
        "left_here": payment.balance().get(),
    })))
}

/// Errors: it is no day, or has not begun at `now`: that nothing has happened on it yet is no agreement.
fn span_of(project: ProjectId, date: &str, now: Option<EpochMs>) -> Result<Span, Refusal> {
    let invalid = || Refusal::new(ErrorCode::FieldInvalid, "date").hint("2026-01-31");
    let span = Span::of_day(project, date).ok_or_else(invalid)?;
    // Days are written so that they are in their order.
    if let Some(now) = now.filter(|now| *date > now.to_wire()[..10]) {
        return Err(Refusal::new(ErrorCode::FieldInvalid, "date").hint(format!("<= {}", &now.to_wire()[..10])));
    }
    Ok(span)
}

/// Errors: it is no place in this day.
fn cursor(text: &str, (first, end): (ReceiptId, ReceiptId)) -> Result<Cursor, Refusal> {
    let invalid = || Refusal::new(ErrorCode::FieldInvalid, "after").hint("--after of a run of the same day");
    let id = |text: &str| {
        let id = text.parse::<ReceiptId>().ok().filter(|id| (first..end).contains(id));
        id.ok_or_else(invalid)
    };
    match text.split_at_checked(1) {
        Some(("p", text)) => Ok(Cursor::Payments(id(text)?)),
        Some(("c", text)) => Ok(Cursor::Cancels(id(text)?)),
        _ => Err(invalid()),
    }
}

fn written(cursor: Cursor) -> String {
    match cursor {
        Cursor::Payments(id) => format!("p{id}"),
        Cursor::Cancels(id) => format!("c{id}"),
    }
}

/// Payments that were destroyed, where some of them may be of this span.
fn gone(row: &Destruction, span: Span) -> Option<Value> {
    let may_be =
        row.kind == RecordKind::Payment && row.oldest < span.ids.1.0.made_at() && row.newest >= span.ids.0.0.made_at();
    may_be.then(
        || json!({ "day": row.day, "years": row.years, "from": row.oldest.to_day(), "until": row.newest.to_day() }),
    )
}

fn shown(row: &Compared) -> Value {
    let Compared {
        payment,
        refunds,
        found,
        left_at_pg,
    } = row;
    let refund = |cancel: &Cancel| {
        json!({
            "id": cancel.id.to_string(),
            "price": cancel.price.get(),
            "at": cancel.requested_at.to_wire(),
        })
    };
    let mut refunds_told: Vec<_> = refunds.iter().map(refund).collect();
    // What somebody else gave back has no cancel of ours.
    let by_cancels = refunds.iter().fold(Won::ZERO, |sum, cancel| sum.plus(cancel.price));
    let elsewhere = payment.cancelled_price.minus(by_cancels);
    if let Some(at) = payment.cancelled_at.filter(|_| elsewhere > Won::ZERO) {
        refunds_told.push(json!({ "id": "", "price": elsewhere.get(), "at": at.to_wire() }));
    }
    json!({
        "receipt_id": payment.receipt_id.to_string(),
        "order_id": payment.order.order_id,
        "state": payment.state.name(),
        "price": payment.order.price.get(),
        "left_here": payment.balance().get(),
        "tid": payment.debit.as_ref().map(|debit| &debit.tid),
        "debited_at": payment.debit.as_ref().map(|debit| debit.paid_at.to_wire()),
        "refunds": refunds_told,
        "found": found.as_ref().map(Comparison::name),
        "left_at_pg": left_at_pg.map(Won::get),
        "mend": row.mend().map(Mend::name),
    })
}
