//! The control API: what a test or a demonstration does to the world behind the PG. See
//! `docs/reference/scenarios.md`.

mod accounts;
mod calls;
mod customer;
mod faults;
mod ledger;
mod maintenance;
mod phone;
mod scenarios;
mod shop;

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use http::{Request, StatusCode};
use hyper::body::Incoming;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::ServiceExt;

use super::shell::Shell;

/// Longest body of a request.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// The control API; a clone is the same one.
#[derive(Clone)]
pub struct Control(Router);

impl Control {
    pub fn new(shell: Arc<Shell>) -> Self {
        let router = Router::new()
            .route("/control/calls", get(calls::list))
            .route("/control/calls/{order_id}/answer", post(calls::answer))
            .route("/control/scenarios", get(scenarios::list))
            .route(
                "/control/scenarios/{phone}",
                put(scenarios::set).delete(scenarios::remove),
            )
            .route("/control/customer", put(customer::set))
            .route("/control/phone", get(phone::show).put(phone::set))
            .route("/control/shop", put(shop::set))
            .route(
                "/control/faults",
                get(faults::list).post(faults::add).delete(faults::clear),
            )
            .route(
                "/control/accounts/{bid}/scenario",
                put(accounts::set).delete(accounts::remove),
            )
            .route(
                "/control/maintenance",
                get(maintenance::list).put(maintenance::set).delete(maintenance::clear),
            )
            .route("/control/ledger", get(ledger::show))
            .route("/control/ledger/totals", get(ledger::totals))
            .route("/control/ledger/orders/{order_id}", get(ledger::order))
            .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "not-found", "no such path") })
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
            .with_state(shell);
        Self(router)
    }

    /// Answers the machine it runs on only: there are no credentials.
    pub async fn serve(self, peer: IpAddr, request: Request<Incoming>) -> Response {
        if !is_local(peer) {
            let message = "the control API answers this machine only";
            return Problem::new(StatusCode::FORBIDDEN, "not-local", message).into_response();
        }
        let request = request.map(Body::new);
        self.0.oneshot(request).await.unwrap_or_else(|never| match never {})
    }
}

/// Whether a caller is this machine, also when it came to an IPv6 socket over IPv4.
fn is_local(peer: IpAddr) -> bool {
    peer.to_canonical().is_loopback()
}

/// An error's answer: `{"error","message"}`. Repeats nothing of the request, which may hold a phone.
#[derive(Debug, Serialize)]
struct Problem {
    #[serde(skip)]
    status: StatusCode,
    error: &'static str,
    message: &'static str,
}

impl Problem {
    fn new(status: StatusCode, error: &'static str, message: &'static str) -> Self {
        Self { status, error, message }
    }

    fn bad_request(message: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", message)
    }

    fn not_written() -> Self {
        let message = "the journal cannot be written";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "not-written", message)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, axum::Json(self)).into_response()
    }
}

/// A JSON body.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|_| Problem::bad_request("the body is not what this call takes"))
}

/// A setting was made.
#[derive(Serialize)]
struct Done {
    done: &'static str,
}

fn done(what: &'static str) -> axum::Json<Done> {
    axum::Json(Done { done: what })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_local() {
        for (peer, expected) in [
            ("127.0.0.1", true),
            ("::1", true),
            ("::ffff:127.0.0.1", true),
            ("192.0.2.1", false),
            ("::ffff:192.0.2.1", false),
        ] {
            assert_eq!(is_local(peer.parse().unwrap()), expected, "{peer}");
        }
    }
}
