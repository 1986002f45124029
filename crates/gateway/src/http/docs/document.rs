//! `GET /openapi.json`: the API as a document, with this gateway's address.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;

use crate::app::App;
use crate::http::openapi;

/// Written once: whoever asks, and however often, gets the same bytes.
pub async fn handle(State(app): State<Arc<App>>) -> Response {
    let document = app
        .openapi_json
        .get_or_init(|| openapi::document(&app.services.public_url));
    ([(CONTENT_TYPE, "application/json; charset=utf-8")], document.clone()).into_response()
}
