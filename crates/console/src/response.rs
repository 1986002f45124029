//! Pages on their way out.

use askama::Template;
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::{ErrorCode, Refusal};
use gateway::Role;
use http::{HeaderMap, StatusCode};

use crate::appearance::Appearance;
use crate::format::sentence;
use crate::layout::Frame;
use crate::page_context::PageContext;
use crate::pages::{access_denied, message};

/// Writes a page.
pub fn page(template: &impl Template) -> Response {
    with_status(StatusCode::OK, template)
}

/// Writes a page that tells of a fault.
pub fn with_status(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of the console could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// After an act: the page that shows what came of it, by a GET that can be repeated.
pub fn seen_after(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// A handler's early end: the answer that is given instead.
pub struct PageError(Box<Response>);

impl PageError {
    pub fn with(response: Response) -> Self {
        Self(Box::new(response))
    }

    /// Nobody is signed in.
    pub fn closed(headers: &HeaderMap) -> Self {
        Self::with(access_denied::answer(headers))
    }

    /// The person's role does not reach.
    pub fn not_allowed(visit: &PageContext, needed: Role) -> Self {
        let words = Frame::words_of(visit.language());
        let text = format!("{} ({})", words.needs_role, needed.name());
        Self::with(message::answer(visit, StatusCode::FORBIDDEN, words.not_allowed, &text))
    }

    /// There is no such thing in this project.
    pub fn not_found(visit: &PageContext) -> Self {
        let words = Frame::words_of(visit.language());
        Self::with(message::answer(
            visit,
            StatusCode::NOT_FOUND,
            words.not_found,
            words.not_found_text,
        ))
    }

    /// There is no such thing in this project; and where another has it, the way there: for whoever was sent an address without
    /// its project. Everybody at the console may read all of them.
    pub async fn elsewhere(visit: &PageContext, id: &str) -> Self {
        let others = visit.projects.iter().filter(|project| project.id != visit.project);
        for project in others {
            let found = visit.operator.search(project.id, id).await;
            if found.is_ok_and(|hits| !hits.is_empty()) {
                return Self::with(message::not_in_this_project(visit, project));
            }
        }
        Self::not_found(visit)
    }

    /// A service said no: its code, sentence and hint, as the API's callers get them.
    pub fn refused(visit: &PageContext, refusal: &Refusal) -> Self {
        let status = StatusCode::from_u16(refusal.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let words = Frame::words_of(visit.language());
        let mut text = format!("{} · {}", sentence(refusal.code, visit.language()), refusal.code.name());
        if let Some(pg) = &refusal.pg {
            text.push_str(&format!(" · PG {} {}", pg.code, pg.text));
        }
        if let Some(hint) = &refusal.hint {
            text.push_str(&format!(" ({hint})"));
        }
        let is_unknown = matches!(
            refusal.code,
            ErrorCode::CancelCritical | ErrorCode::ConfirmCritical | ErrorCode::CashReceiptInDoubt
        );
        let title = if is_unknown { words.unknown } else { words.refused };
        Self::with(message::answer(visit, status, title, &text))
    }

    /// There is no project yet.
    pub fn no_project(appearance: &Appearance) -> Self {
        Self::with(access_denied::no_project(appearance))
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        *self.0
    }
}
