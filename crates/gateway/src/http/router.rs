//! Every URL.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::handler::Handler;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use domain::{ErrorCode, Refusal};
use futures_util::FutureExt;

use super::capture_request::RequestCapture;
use super::finish_response::RequestContext;
use super::openapi::endpoint::Endpoint;
use super::request_log::LogEntry;
use super::response::ApiError;
use super::{docs, health, normalize_path, pg_webhook, sandbox, v2};
use crate::app::App;

/// The public API.
pub fn router(app: Arc<App>) -> Router {
    documented()
        .route("/pg/webhook/{token}", post(pg_webhook::handle))
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

/// The URLs of the OpenAPI document.
pub(super) fn documented() -> Router<Arc<App>> {
    use v2::request::subscribe::automatic_transfer;
    use v2::request::{cash, receipt, token, webhook};
    use v2::subscribe::{billing_key, payment};

    Router::new()
        .serve(&token::ENDPOINT, token::handle)
        .serve(&automatic_transfer::ENDPOINT, automatic_transfer::handle)
        .serve(
            &automatic_transfer::publish::ENDPOINT,
            automatic_transfer::publish::handle,
        )
        .serve(&billing_key::ENDPOINT, billing_key::handle)
        .serve(&v2::billing_key::ENDPOINT, v2::billing_key::handle)
        .serve(&billing_key::destroy::ENDPOINT, billing_key::destroy::handle)
        .serve(&billing_key::consent::SHOW, billing_key::consent::show)
        .serve(&billing_key::consent::ACT, billing_key::consent::act)
        .serve(&v2::receipt::ENDPOINT, v2::receipt::handle)
        .serve(&payment::ENDPOINT, payment::handle)
        .serve(&payment::reserve::REQUEST, payment::reserve::request)
        .serve(&payment::reserve::LOOKUP, payment::reserve::lookup)
        .serve(&payment::reserve::REVOKE, payment::reserve::revoke)
        .serve(&v2::lookup_order::ENDPOINT, v2::lookup_order::handle)
        .serve(&v2::lists::RECEIPTS, v2::lists::receipts)
        .serve(&v2::lists::RESERVES, v2::lists::reserves)
        .serve(&v2::lists::BILLING_KEYS, v2::lists::billing_keys)
        .serve(&v2::cancel::ENDPOINT, v2::cancel::handle)
        .serve(&webhook::ENDPOINT, webhook::handle)
        .serve(&receipt::cash::PUBLISH, receipt::cash::publish)
        .serve(&receipt::cash::CANCEL, receipt::cash::cancel)
        .serve(&cash::receipt::REQUEST, cash::receipt::request)
        .serve(&cash::receipt::CANCEL, cash::receipt::cancel)
        .serve(&sandbox::clock::SHOW, sandbox::clock::show)
        .serve(&sandbox::clock::CHANGE, sandbox::clock::change)
}

pub(super) trait Serve {
    /// Serves what the document says of `endpoint`.
    fn serve<T: 'static>(self, endpoint: &Endpoint, handler: impl Handler<T, Arc<App>>) -> Self;
}

impl Serve for Router<Arc<App>> {
    fn serve<T: 'static>(self, endpoint: &Endpoint, handler: impl Handler<T, Arc<App>>) -> Self {
        let methods = match endpoint.method {
            "post" => post(handler),
            "delete" => delete(handler),
            _ => get(handler),
        };
        self.route(endpoint.path, methods)
    }
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
    let mut arrived = RequestCapture::note(&app, &mut request);
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
    arrived.answer(&entry, &mut response).await;
    arrived.keep(&app, &entry, &asked, response.status(), refusal);
    response
}
