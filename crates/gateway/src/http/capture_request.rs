//! A request on its way into the ring of the last ones.

use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use domain::{EpochMs, Refusal};
use http::{Method, StatusCode};

use super::finish_response::RequestContext;
use super::request_log::LogEntry;
use crate::app::App;
use crate::ledger::change_feed::Subject;
use crate::ops::request_history::{Capture, CaptureLevel, CapturedBody, Record, answer, path, query, sdk};

/// What is taken of a request before it is handled: nothing of it may keep the connection's buffer.
pub struct RequestCapture {
    at: EpochMs,
    path: Box<str>,
    query: &'static str,
    sdk: Option<Box<str>>,
    note: Capture,
    answer: Option<Box<str>>,
}

/// The longest answer that is looked at.
const ANSWER_BYTES_MAX: usize = 8 * 1024;

impl RequestCapture {
    /// Takes it, and gives the request its note.
    pub fn note(app: &App, request: &mut Request) -> Self {
        let at = app.services.clocks.machine_now();
        let budget = if app.ops.capture_budget.has_room(at) {
            CaptureLevel::Yes
        } else {
            CaptureLevel::No
        };
        let note = Capture::new(app.services.settings.mode, budget);
        request.extensions_mut().insert(note.clone());
        Self {
            at,
            path: path(request.uri().path()).into(),
            query: query(request.uri().query()),
            sdk: sdk(request.headers()).map(String::into_boxed_str),
            note,
            answer: None,
        }
    }

    /// Reads the answer's body, where it is short and kept. A stream is left alone.
    pub async fn answer(&mut self, entry: &LogEntry, response: &mut Response) {
        let length = response.body().size_hint().exact();
        let is_short = length.is_some_and(|length| length <= ANSWER_BYTES_MAX as u64);
        if !is_short || !self.note.shows_bodies() || !is_of_the_api(entry.endpoint.as_ref().map(MatchedPath::as_str)) {
            return;
        }
        let body = std::mem::take(response.body_mut());
        if let Ok(bytes) = axum::body::to_bytes(body, ANSWER_BYTES_MAX).await {
            self.answer = answer(&bytes).map(String::into_boxed_str);
            *response.body_mut() = Body::from(bytes);
        }
    }

    /// Keeps it, when it was meant for the API.
    pub fn keep(
        self,
        app: &App,
        entry: &LogEntry,
        asked: &RequestContext,
        status: StatusCode,
        refusal: Option<Refusal>,
    ) {
        let endpoint = entry.endpoint.as_ref().map(MatchedPath::as_str);
        // A busy gateway keeps what went wrong.
        let is_kept = self.note.captures_bodies() || refusal.is_some();
        if !is_of_the_api(endpoint) || !is_kept {
            return;
        }
        let (project, body) = self.note.read();
        // Nobody reads the body of a POST whose caller is not known.
        let unread = if entry.method == Method::POST {
            CapturedBody::NotKept
        } else {
            CapturedBody::Nothing
        };
        app.ops.request_history.push(Record {
            request_id: asked.request_id,
            // As its receipt has it: in the project's time, which may be ahead of the machine's.
            at: project.map_or(self.at, |project| {
                EpochMs(self.at.0 + app.services.clocks.offset_ms(project))
            }),
            project,
            method: name(&entry.method),
            endpoint: endpoint.map(Into::into),
            path: self.path,
            query: self.query,
            sdk: self.sdk,
            status: status.as_u16(),
            code: refusal.as_ref().map(|refusal| refusal.code),
            field: refusal.as_ref().and_then(|refusal| refusal.field),
            receipt: refusal.as_ref().and_then(|refusal| refusal.receipt_id),
            hint: refusal.and_then(|refusal| refusal.hint).map(String::into_boxed_str),
            took_ms: entry.took_ms(),
            body: body.unwrap_or(unread),
            answer: self.answer,
        });
        let about = Subject::Request(asked.request_id);
        match project {
            Some(project) => app.services.ledger.change_feed.publish(project, about),
            None => app.services.ledger.change_feed.publish_to_all(about),
        }
    }
}

/// Also an address that does not exist: it may be a misspelt one.
fn is_of_the_api(endpoint: Option<&str>) -> bool {
    endpoint.is_none_or(|endpoint| endpoint.starts_with("/v2/") || endpoint.starts_with("/sandbox/"))
}

fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "(other)",
    }
}
