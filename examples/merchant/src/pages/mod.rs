//! What a customer sees in a browser: a form, and a page that waits with them while the telephone rings. Plain HTML and one
//! style sheet; the waiting page reloads itself.

mod form;
mod issue;
mod wait;
mod words;

pub(crate) use form::{form, join, style};
pub(crate) use issue::resume;
pub(crate) use wait::wait;

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::error::ApiError;

/// Nothing is loaded but our own style sheet, and forms go nowhere else.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

fn page(template: &impl Template) -> Result<Response, ApiError> {
    let html = template.render().map_err(|error| ApiError::ServiceDb(error.into()))?;
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        // A page about one customer is for their browser alone.
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, html).into_response())
}
