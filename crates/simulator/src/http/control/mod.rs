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
use axum::routing::{delete, get, post, put};
use http::header::{CONTENT_TYPE, HOST, ORIGIN};
use http::{HeaderMap, Request, StatusCode};
use hyper::body::{Body as _, Incoming};
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
            .route("/control/faults/{id}", delete(faults::remove))
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

    /// Answers programs of the machine it runs on only: there are no credentials. A web page that a browser of this machine
    /// shows is refused: one whose name was pointed here asks for that name, and one that posts across sites can neither
    /// leave `Origin` out nor say, without asking first, that it sends JSON.
    pub async fn serve(self, peer: IpAddr, request: Request<Incoming>) -> Response {
        if !is_local(peer) {
            let message = "the control API answers this machine only";
            return Problem::new(StatusCode::FORBIDDEN, "not-local", message).into_response();
        }
        if !is_for_this_machine(request.headers()) {
            let message = "ask for 127.0.0.1 or localhost: another Host, or a web page, is refused";
            return Problem::new(StatusCode::FORBIDDEN, "not-local", message).into_response();
        }
        if !request.body().is_end_stream() && !is_json(request.headers()) {
            let message = "send the body as Content-Type: application/json (curl --json)";
            return Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json", message).into_response();
        }
        let request = request.map(Body::new);
        self.0.oneshot(request).await.unwrap_or_else(|never| match never {})
    }
}

/// Whether a caller is this machine, also when it came to an IPv6 socket over IPv4.
fn is_local(peer: IpAddr) -> bool {
    peer.to_canonical().is_loopback()
}

/// Whether it is asked for by a name that only this machine has, and by no web page.
fn is_for_this_machine(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_local = name.eq_ignore_ascii_case("localhost") || address.is_ok_and(is_local);
    is_local && hosts.next().is_none() && !headers.contains_key(ORIGIN)
}

/// A program may leave the type out; what a page can send without asking names another, or comes with `Origin`.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return true;
    };
    let essence = value
        .to_str()
        .ok()
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
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

    #[test]
    fn a_web_page_and_another_name_are_not_this_machine() {
        let asked = |headers: &[(&'static str, &str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(*name, value.parse().unwrap());
            }
            is_for_this_machine(&map)
        };
        for good in [
            "127.0.0.1:4143",
            "localhost:4143",
            "LOCALHOST",
            "[::1]:4143",
            "127.1.2.3",
        ] {
            assert!(asked(&[("host", good)]), "{good}");
        }
        for bad in [
            "",
            "bank",
            "rebound.example:4143",
            "127.0.0.1.example:4143",
            "0.0.0.0:4143",
            "10.0.0.1",
        ] {
            assert!(!asked(&[("host", bad)]), "{bad}");
        }
        assert!(!asked(&[]));
        assert!(!asked(&[("host", "localhost"), ("host", "rebound.example")]));
        for origin in ["http://evil.example", "http://127.0.0.1:4141", "null"] {
            assert!(!asked(&[("host", "127.0.0.1:4143"), ("origin", origin)]), "{origin}");
        }
    }

    #[test]
    fn only_json_is_json() {
        for (value, expected) in [
            (Some("application/json"), true),
            (Some("Application/JSON; charset=utf-8"), true),
            (Some("text/plain"), false),
            (Some("text/plain; x=application/json"), false),
            (Some("application/x-www-form-urlencoded"), false),
            (Some("multipart/form-data; boundary=x"), false),
            (Some(""), false),
            (None, true),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(value) = value {
                headers.insert(CONTENT_TYPE, value.parse().unwrap());
            }
            assert_eq!(is_json(&headers), expected, "{value:?}");
        }
    }
}
