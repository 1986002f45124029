//! Every URL.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use domain::{ErrorCode, Refusal};
use futures_util::FutureExt;

use super::capture_request::RequestCapture;
use super::finish_response::RequestContext;
use super::request_log::LogEntry;
use super::response::ApiError;
use super::{docs, health, normalize_path, sandbox, v2};
use crate::app::App;

/// The public API.
pub fn router(app: Arc<App>) -> Router {
    let transfer = "/v2/request/subscribe/automatic-transfer";
    Router::new()
        .route("/v2/request/token", post(v2::request::token::handle))
        .route(transfer, post(v2::request::subscribe::automatic_transfer::handle))
        .route(
            &format!("{transfer}/publish"),
            post(v2::request::subscribe::automatic_transfer::publish::handle),
        )
        .route(
            "/v2/subscribe/billing_key/{id}",
            get(v2::subscribe::billing_key::handle),
        )
        .route(
            "/v2/subscribe/billing_key/{id}",
            delete(v2::subscribe::billing_key::destroy::handle),
        )
        .route("/v2/billing_key/{billing_key}", get(v2::billing_key::handle))
        .route("/v2/receipt/{receipt_id}", get(v2::receipt::handle))
        .route("/v2/subscribe/payment", post(v2::subscribe::payment::handle))
        .route(
            "/v2/subscribe/payment/reserve",
            post(v2::subscribe::payment::reserve::request),
        )
        .route(
            "/v2/subscribe/payment/reserve/{reserve_id}",
            get(v2::subscribe::payment::reserve::lookup).delete(v2::subscribe::payment::reserve::revoke),
        )
        .route("/v2/lookup/order/{order_id}", get(v2::lookup_order::handle))
        .route("/v2/cancel", post(v2::cancel::handle))
        .route("/v2/request/webhook", post(v2::request::webhook::handle))
        .route(
            "/v2/request/receipt/cash/publish",
            post(v2::request::receipt::cash::publish),
        )
        .route(
            "/v2/request/receipt/cash/cancel/{receipt_id}",
            delete(v2::request::receipt::cash::cancel),
        )
        .route("/v2/request/cash/receipt", post(v2::request::cash::receipt::request))
        .route(
            "/v2/request/cash/receipt/{receipt_id}",
            delete(v2::request::cash::receipt::cancel),
        )
        .route("/sandbox/clock", get(sandbox::clock::show).post(sandbox::clock::change))
        .route("/sandbox/calls", get(sandbox::calls::list))
        .route("/sandbox/calls/{receipt_id}", post(sandbox::calls::answer))
        .route("/sandbox/phone", get(sandbox::phone::show).post(sandbox::phone::change))
        .route(
            "/sandbox/faults",
            get(sandbox::faults::list)
                .post(sandbox::faults::add)
                .delete(sandbox::faults::clear),
        )
        .route("/sandbox/faults/{id}", delete(sandbox::faults::remove))
        .route("/sandbox/scenarios", get(sandbox::faults::scenarios))
        .route("/sandbox/story/{id}", get(sandbox::timeline::show))
        .route("/sandbox/events", get(sandbox::events::follow))
        .route("/openapi.json", get(docs::document::handle))
        .route("/docs", get(docs::reference::page))
        .route("/docs/assets/{name}", get(docs::reference::asset))
        .route("/docs/errors/{error_code}", get(docs::error::handle))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route_layer(middleware::from_fn(note_endpoint))
        // Said aloud, or the pages that are merged later put their own in its place, without `finish`.
        .fallback(no_such_endpoint)
        .layer(middleware::from_fn_with_state(app.clone(), finish))
        .with_state(app)
}

async fn no_such_endpoint(request: Request) -> ApiError {
    let refusal = Refusal::of(ErrorCode::EndpointNotFound);
    match normalize_path::meant(request.uri().path()) {
        Some(meant) => refusal.hint(meant),
        None => refusal,
    }
    .into()
}

/// Carries the route's pattern out to the log.
pub(super) async fn note_endpoint(request: Request, next: Next) -> Response {
    let endpoint = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(endpoint) = endpoint {
        response.extensions_mut().insert(endpoint);
    }
    response
}

pub(super) async fn finish(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let asked = RequestContext::of(&mut request);
    let (method, started) = (request.method().clone(), Instant::now());
    let arrived = RequestCapture::note(&app, &mut request);
    let handled = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = handled.unwrap_or_else(|_| ApiError(Refusal::of(ErrorCode::Internal)).into_response());
    let refusal = asked.finish(&mut response, &app.services.public_url);
    let endpoint = response.extensions_mut().remove::<MatchedPath>();
    let entry = LogEntry {
        method,
        endpoint,
        started,
    };
    entry.write(&asked, response.status(), refusal.as_ref().map(|refusal| refusal.code));
    arrived.keep(&app, &entry, &asked, response.status(), refusal);
    response
}
