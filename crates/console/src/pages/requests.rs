//! `GET /console/requests`, `GET /console/requests/{request_id}`: the last requests to the API.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use gateway::Language;
use gateway::request_history::{CapturedBody, HistoryFilter, Record};
use serde::Deserialize;

use crate::format::{self, filters, sentence};
use crate::layout::{Frame, Section};
use crate::live::{self, Kind};
use crate::page_context::PageContext;
use crate::page_context::PageError;
use crate::response::page;
use crate::words;

/// Requests of one list.
const LIST_MAX: usize = 100;

#[derive(Template)]
#[template(path = "requests.html")]
struct Requests {
    frame: Frame,
    words: &'static words::Requests,
    triggers: String,
    only_errors: bool,
    rows: Vec<Row>,
    /// Leads to the ones before; `None` when there are none.
    older: Option<String>,
    newest: &'static str,
    is_first: bool,
}

/// One request as a list shows it.
pub struct Row {
    pub id: String,
    pub date: String,
    pub clock: String,
    pub method: &'static str,
    pub path: String,
    pub sdk: String,
    pub status: u16,
    pub tone: &'static str,
    pub code: &'static str,
    pub sentence: &'static str,
    pub took_ms: u64,
}

#[derive(Deserialize)]
pub struct RequestsQuery {
    #[serde(default)]
    only: String,
    /// The request before which the page begins.
    before: Option<String>,
}

/// The newest first.
pub async fn list(context: PageContext, Query(wanted): Query<RequestsQuery>) -> Response {
    let words = words::Requests::of(context.language());
    let only_errors = wanted.only == "errors";
    let which = if only_errors {
        HistoryFilter::Errors
    } else {
        HistoryFilter::All
    };
    let before = wanted.before.as_deref().and_then(|id| id.parse().ok());
    let mut records = context.operator.requests(context.project, which, before, LIST_MAX + 1);
    let has_older = records.len() > LIST_MAX;
    records.truncate(LIST_MAX);
    let filter = if only_errors { "only=errors&" } else { "" };
    let last = records.last().filter(|_| has_older);
    page(&Requests {
        frame: Frame::of(&context, Some(Section::Requests), words.title),
        words,
        triggers: live::triggers(&[Kind::Request]),
        only_errors,
        older: last.map(|last| format!("/console/requests?{filter}before={}", last.request_id)),
        newest: if only_errors {
            "/console/requests?only=errors"
        } else {
            "/console/requests"
        },
        is_first: before.is_none(),
        rows: records
            .iter()
            .map(|record| Row::new(record, context.language()))
            .collect(),
    })
}

impl Row {
    fn new(record: &Record, language: Language) -> Self {
        let (date, clock) = format::date_and_clock(record.at);
        Self {
            id: record.request_id.to_string(),
            date,
            clock,
            method: record.method,
            path: record.path.to_string(),
            sdk: record.sdk.as_deref().unwrap_or("—").to_owned(),
            status: record.status,
            tone: tone(record.status),
            code: record.code.map_or("", domain::ErrorCode::name),
            sentence: record.code.map_or("", |code| sentence(code, language)),
            took_ms: record.took_ms,
        }
    }
}

fn tone(status: u16) -> &'static str {
    match status {
        200..300 => "good",
        500.. => "bad",
        _ => "open",
    }
}

#[derive(Template)]
#[template(path = "request.html")]
struct Request {
    frame: Frame,
    words: &'static words::Requests,
    row: Row,
    field: &'static str,
    hint: String,
    cause: &'static str,
    fix: &'static str,
    curl: Option<String>,
    is_known: bool,
    receipt_ids: Vec<String>,
    sent: Option<String>,
    answered: Option<String>,
    /// Others about the same receipt or key.
    others: Vec<Row>,
}

/// Other requests on one page.
const OTHERS_MAX: usize = 20;

/// One of them: what was wrong, and a curl that repeats it.
pub async fn one(context: PageContext, Path(request_id): Path<String>) -> Result<Response, PageError> {
    let words = words::Requests::of(context.language());
    let found = request_id
        .parse()
        .ok()
        .and_then(|id| context.operator.request(context.project, id));
    let record = found.ok_or_else(|| PageError::not_found(&context))?;
    let receipt_ids = receipt_ids(&record);
    let others = others_about(&context, &receipt_ids, &record);
    let sent = match &record.body {
        CapturedBody::Shown(body) => indented(body),
        CapturedBody::Nothing | CapturedBody::NotKept => None,
    };
    let explained = record.code.map(|code| explain(code, context.language()));
    let (cause, fix) = explained.unwrap_or_default();
    Ok(page(&Request {
        frame: Frame::of(&context, Some(Section::Requests), words.one),
        words,
        row: Row::new(&record, context.language()),
        field: record.field.unwrap_or_default(),
        hint: record.hint.as_deref().unwrap_or_default().to_owned(),
        cause,
        fix,
        curl: record.curl(context.operator.public_url()),
        is_known: record.project.is_some(),
        receipt_ids,
        sent,
        answered: record.answer.as_deref().and_then(indented),
        others,
    }))
}

/// The ids in its path, in its answer, and the receipt that its refusal names.
fn receipt_ids(record: &Record) -> Vec<String> {
    let segments = record.path.split('/').map(str::to_owned);
    let answer = record
        .answer
        .as_deref()
        .and_then(|answer| serde_json::from_str(answer).ok());
    let answer: serde_json::Value = answer.unwrap_or_default();
    let answered = ["receipt_id", "billing_key", "reserve_id"].map(|name| answer[name].as_str().map(str::to_owned));
    let named = record.receipt.map(|id| id.to_string());
    let mut ids: Vec<String> = Vec::new();
    for id in segments.chain(answered.into_iter().flatten()).chain(named) {
        if id.parse::<domain::ReceiptId>().is_ok() && !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

fn others_about(context: &PageContext, ids: &[String], record: &Record) -> Vec<Row> {
    let mut found = ids.first().map_or_else(Vec::new, |id| about(context, id));
    found.retain(|other| other.id != record.request_id.to_string());
    found
}

/// The newest requests that asked for `id` or were answered with it.
pub fn about(context: &PageContext, id: &str) -> Vec<Row> {
    let found = context.operator.requests_about(context.project, id, OTHERS_MAX);
    found
        .iter()
        .map(|record| Row::new(record, context.language()))
        .collect()
}

/// JSON over several lines, with a mark where a shell would fill something in.
fn indented(body: &str) -> Option<String> {
    fn marked(value: serde_json::Value) -> serde_json::Value {
        match value {
            serde_json::Value::String(text) if text.starts_with("${") => "••••".into(),
            serde_json::Value::Object(fields) => {
                let fields = fields.into_iter().map(|(name, value)| (name, marked(value)));
                serde_json::Value::Object(fields.collect())
            }
            value => value,
        }
    }
    let value = serde_json::from_str(body).ok()?;
    serde_json::to_string_pretty(&marked(value)).ok()
}

/// What led to the refusal, and what mends it.
fn explain(code: domain::ErrorCode, language: Language) -> (&'static str, &'static str) {
    let (_, lesson) = code.explanation();
    (lesson.cause(language), lesson.fix(language))
}
