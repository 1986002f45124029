//! `GET /openapi.json`: the API as a document, with this gateway's address.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::house::House;
use crate::http::openapi;
use crate::http::reply::ok;

pub async fn handle(State(house): State<Arc<House>>) -> Response {
    ok(&openapi::document(&house.public_url))
}
