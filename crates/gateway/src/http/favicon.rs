//! `GET /favicon.ico`: there is none. Browsers ask for it beside every page; a not-found for each would fill the list of requests.

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use http::header::CACHE_CONTROL;

pub fn favicon() -> Router {
    let nothing = || async { (StatusCode::NO_CONTENT, [(CACHE_CONTROL, "max-age=86400")]) };
    Router::new().route("/favicon.ico", get(nothing))
}
