//! Passes the merchant's request on, once, and the upstream's answer back as it is.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue,
    PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use axum::http::{Response, StatusCode};
use devtools::http::{TrustOption, tls_fault};
use reqwest::redirect::Policy;
use reqwest::{Client, retry};
use serde_json::json;
use tokio::sync::mpsc::Sender;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::exchange::{ASKED_BYTES_MAX, CopiedBody, Exchange};
use super::options::Upstream;
use super::report::{Report, Verdict, Why};
use super::sdk;

/// Sixteen times what Jadong takes. It is held until it is sent: half a request must not leave.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// How long a merchant may take to send it.
const BODY_PATIENCE: Duration = Duration::from_secs(60);
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// Without a byte. The slowest of the SDKs leaves after 60 s; what it waited for may still come about.
const SILENCE_MAX: Duration = Duration::from_secs(120);
/// Requests at once; more wait for their turn.
const AT_ONCE_MAX: usize = 256;
/// Of one connection, and not of what is said on it.
const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
];
/// Upstream, the shadow is the merchant. Where it has a list of allowed addresses, another address in a header could be taken
/// for the merchant's.
const FORWARDED: [&str; 6] = [
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-real-ip",
];

/// What every request shares.
pub struct Proxy {
    http: Client,
    upstream: Upstream,
    room: Arc<Semaphore>,
    exchanges: Sender<Exchange>,
    report: Report,
}

impl Proxy {
    pub fn to(
        upstream: Upstream,
        trust: &TrustOption,
        exchanges: Sender<Exchange>,
        report: Report,
    ) -> anyhow::Result<Self> {
        let builder = trust.client()?;
        let builder = builder.redirect(Policy::none()).retry(retry::never());
        // A connection that was kept may be closed while a debit is written to it, and nobody would know what became of that.
        let builder = builder.pool_max_idle_per_host(0);
        Ok(Self {
            http: builder
                .connect_timeout(CONNECT_PATIENCE)
                .read_timeout(SILENCE_MAX)
                .build()?,
            upstream,
            room: Arc::new(Semaphore::new(AT_ONCE_MAX)),
            exchanges,
            report,
        })
    }

    async fn pass_on(
        &self,
        mut exchange: Exchange,
        headers: HeaderMap,
        target: &str,
        place: OwnedSemaphorePermit,
    ) -> Response<Body> {
        let Ok(method) = exchange.method.parse::<reqwest::Method>() else {
            return refused(
                StatusCode::BAD_REQUEST,
                "SHADOW_BAD_REQUEST",
                "this method cannot be passed on",
            );
        };
        let request = self.http.request(method, format!("{}{target}", self.upstream.origin));
        let mut request = request.headers(passed_on(headers));
        if !exchange.asked.is_empty() {
            request = request.body(exchange.asked.clone());
        }
        let answered = match request.send().await {
            Ok(answered) => answered,
            Err(error) => {
                self.report.record(&exchange, Verdict::NotCompared(Why::UpstreamFailed));
                return self.unanswered(&error);
            }
        };
        exchange.status = answered.status().as_u16();
        let (mut head, body) = Response::<reqwest::Body>::from(answered).into_parts();
        head.headers = end_to_end(head.headers);
        if exchange.asked.len() > ASKED_BYTES_MAX {
            self.report.record(&exchange, Verdict::NotCompared(Why::TooLarge));
            return Response::from_parts(head, Body::new(body));
        }
        let copied = CopiedBody::new(body, exchange, self.exchanges.clone(), self.report.clone(), place);
        Response::from_parts(head, Body::new(copied))
    }

    /// Says whether the request may have arrived: that is what a merchant must know of a debit.
    fn unanswered(&self, error: &reqwest::Error) -> Response<Body> {
        let place = &self.upstream.place;
        let why = match tls_fault(error) {
            Some(fault) => format!("jadong shadow: {place}: {fault}; nothing was sent"),
            None if error.is_connect() => format!("jadong shadow: {place} cannot be reached; nothing was sent"),
            None => format!(
                "jadong shadow: {place} has not answered; the request may have arrived, and what it asked for may have been done: \
                 look before you ask again"
            ),
        };
        refused(StatusCode::BAD_GATEWAY, "SHADOW_UPSTREAM_UNREACHABLE", &why)
    }
}

/// Every request, whatever it is for.
pub async fn handle(State(proxy): State<Arc<Proxy>>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let target = head
        .uri
        .path_and_query()
        .map_or("", |target| target.as_str())
        .to_owned();
    // `OPTIONS *` would run into the host's name, and a tunnel has no path.
    if !target.starts_with('/') {
        return refused(
            StatusCode::BAD_REQUEST,
            "SHADOW_BAD_REQUEST",
            "the path must begin with a slash",
        );
    }
    let Ok(place) = proxy.room.clone().acquire_owned().await else {
        return refused(
            StatusCode::SERVICE_UNAVAILABLE,
            "SHADOW_STOPPING",
            "jadong shadow is stopping; nothing was sent",
        );
    };
    let asked = match tokio::time::timeout(BODY_PATIENCE, to_bytes(body, BODY_BYTES_MAX)).await {
        Ok(Ok(asked)) => asked,
        Ok(Err(_)) => {
            let why = "jadong shadow: the body is longer than 1 MiB, or broke off; nothing was sent";
            return refused(StatusCode::PAYLOAD_TOO_LARGE, "SHADOW_BODY_TOO_LARGE", why);
        }
        Err(_) => {
            let why = "jadong shadow: the body was not there within a minute; nothing was sent";
            return refused(StatusCode::REQUEST_TIMEOUT, "SHADOW_BODY_TOO_SLOW", why);
        }
    };
    let exchange = Exchange {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        sdk: sdk::of(&head.headers),
        asked,
        status: 0,
        answered: Vec::new(),
    };
    proxy.pass_on(exchange, head.headers, &target, place).await
}

/// What the upstream is to read of a request's head.
fn passed_on(headers: HeaderMap) -> HeaderMap {
    let mut headers = end_to_end(headers);
    // The client writes its own of these.
    for name in [HOST, CONTENT_LENGTH, EXPECT] {
        headers.remove(name);
    }
    for name in FORWARDED {
        headers.remove(name);
    }
    // An answer that is packed cannot be compared.
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers
}

/// Without what is of one connection only: the known names, and those that `Connection` tells.
fn end_to_end(mut headers: HeaderMap) -> HeaderMap {
    let told: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in told.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
    headers
}

/// An answer of the shadow's own, in the wire's form.
fn refused(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    let body = json!({ "error_code": code, "message": message }).to_string();
    let mut response = Response::new(Body::from(Bytes::from(body)));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_one_connection_or_of_another_proxy_is_not_passed_on() {
        let sent = [
            ("host", "127.0.0.1:4151"),
            ("connection", "keep-alive, X-Mine"),
            ("x-mine", "1"),
            ("keep-alive", "timeout=5"),
            ("transfer-encoding", "chunked"),
            ("x-forwarded-for", "203.0.113.7"),
            ("accept-encoding", "gzip"),
            ("authorization", "Basic x"),
            ("bootpay-sdk-type", "301"),
        ];
        let headers = passed_on(
            sent.iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .collect(),
        );
        let mut left: Vec<_> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        left.sort();
        assert_eq!(
            left,
            [
                "accept-encoding: identity",
                "authorization: Basic x",
                "bootpay-sdk-type: 301"
            ]
        );
    }
}
