//! `GET /openapi.json`: the API as a document, with this gateway's address.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;

use crate::house::House;
use crate::http::openapi;

/// Written once: whoever asks, and however often, gets the same bytes.
pub async fn handle(State(house): State<Arc<House>>) -> Response {
    let document = house.document.get_or_init(|| openapi::document(&house.public_url));
    ([(CONTENT_TYPE, "application/json; charset=utf-8")], document.clone()).into_response()
}
