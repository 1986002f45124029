//! The report on a listener of its own: a page, and JSON.

use axum::extract::{Query, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use domain::Language;
use serde::Deserialize;

use super::print;
use super::report::Report;

pub fn router(report: Report) -> Router {
    Router::new()
        .route("/", get(page))
        .route(
            "/report.json",
            get(async |State(report): State<Report>| Json(report.summary())),
        )
        .layer(middleware::from_fn(guard))
        .with_state(report)
}

#[derive(Deserialize)]
struct Wanted {
    lang: Option<String>,
}

async fn page(State(report): State<Report>, Query(wanted): Query<Wanted>, headers: HeaderMap) -> Html<String> {
    let language = match wanted.lang.as_deref() {
        Some("en") => Language::English,
        Some("ko") => Language::Korean,
        _ => gateway::preferred_language(&headers),
    };
    Html(print::page(&report.summary(), language))
}

/// A page of the internet could be given a name that leads here.
async fn guard(request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    if !host.is_some_and(gateway::is_loopback_name) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let dress = [
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (dress, next.run(request).await).into_response()
}
