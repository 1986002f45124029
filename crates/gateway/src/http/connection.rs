//! One connection: HTTP/1.1 with time limits on everything that a client can draw out, the reading of its answers too.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use fairness::{Exchange, HeadLimit, StallLimited};
use futures_util::FutureExt as _;
use http::Request;
use http::header::{CONNECTION, EXPECT, HeaderValue};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::{drain_body, normalize_path, security_headers};

/// What a connection needs to know.
#[derive(Clone)]
pub struct ConnectionLimits {
    pub router: Router,
    pub patience: Duration,
    /// How long an answered connection may be idle.
    pub keep_alive: Duration,
    /// Whether browsers are told to come back over TLS only.
    pub hsts: bool,
    pub stopping: CancellationToken,
}

/// Serves requests until the client leaves, is too slow, or the server stops (then after the present answer).
pub async fn serve<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    peer: SocketAddr,
    terms: &ConnectionLimits,
) {
    let router = terms.router.clone();
    let hsts = terms.hsts;
    let exchange = Exchange::default();
    let head = HeadLimit::new(exchange.clone(), terms.patience);
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut router = router.clone();
        exchange.begin();
        let exchange = exchange.clone();
        let answer = async move {
            let (mut parts, body) = request.into_parts();
            if security_headers::has_two_hosts(&parts.headers) {
                return Ok(security_headers::two_hosts());
            }
            let hsts = hsts && !security_headers::is_for_localhost(&parts.headers);
            let is_told_to_wait = parts.headers.contains_key(EXPECT);
            parts.uri = normalize_path::plain(parts.uri);
            parts.extensions.insert(ConnectInfo(peer));
            let (body, rest) = drain_body::lend(body);
            let Ok(mut response) = router.call(Request::from_parts(parts, Body::new(body))).await;
            security_headers::dress(&mut response, hsts);
            // Whoever was told to wait before sending has sent nothing that could be read away.
            if !rest.read_away(!is_told_to_wait).await {
                response
                    .headers_mut()
                    .insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(response)
        };
        answer.inspect(move |_| exchange.end())
    });
    // The header time-out runs from the last answer on, so it is that of idle connections. Without a timer it would do nothing.
    let stream = StallLimited::new(stream, terms.patience, terms.stopping.clone()).with_head_limit(head);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(terms.keep_alive)
        .max_buf_size(16 * 1024)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = terms.stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
