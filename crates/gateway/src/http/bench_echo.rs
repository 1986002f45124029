//! A server that only answers what it was sent: the yardstick of `jadong bench`, on the same accept loop, connection
//! settings and router as the API.

use std::time::Duration;

use axum::Router;
use axum::routing::post;
use bytes::Bytes;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::connection::ConnectionLimits;
use super::server::Server;

/// Serves `POST /echo` until `stopping`.
pub async fn serve_echo(listener: TcpListener, stopping: CancellationToken) {
    let router = Router::new().route("/echo", post(|body: Bytes| async { body }));
    let terms = ConnectionLimits {
        hsts: false,
        router,
        patience: Duration::from_secs(10),
        keep_alive: Duration::from_secs(100),
        stopping,
    };
    Server {
        listener,
        tls: None,
        connections_max: 20_000,
        full: super::server::full(""),
        terms,
    }
    .run()
    .await;
}
