//! Pages on their way out.

use askama::Template;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::StatusCode;

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
