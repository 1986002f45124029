//! The listener: accepts, bounds, and stops in order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::task::TaskTracker;

use super::connection::{self, Terms};

/// One past the limit gets this, at once and whole.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json; charset=utf-8\r\n\
    retry-after: 1\r\nconnection: close\r\ncontent-length: 75\r\n\r\n\
    {\"error_code\":\"GATEWAY_OVERLOADED\",\"message\":\"Too many connections; retry.\"}";

/// A listener and its rules.
pub struct Server {
    pub listener: TcpListener,
    pub tls: Option<TlsAcceptor>,
    pub connections_max: usize,
    pub terms: Terms,
}

impl Server {
    /// Serves until `terms.stopping`, then until every connection has had its answer.
    pub async fn run(self) {
        let Self {
            listener,
            tls,
            connections_max,
            terms,
        } = self;
        let room = Arc::new(Semaphore::new(connections_max));
        let connections = TaskTracker::new();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = terms.stopping.cancelled() => break,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, as a rule: give connections time to end.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            let _ = stream.set_nodelay(true);
            let Ok(place) = room.clone().try_acquire_owned() else {
                connections.spawn(turn_away(stream));
                continue;
            };
            let (terms, tls) = (terms.clone(), tls.clone());
            connections.spawn(async move {
                serve(stream, peer, tls, &terms).await;
                drop(place);
            });
        }
        drop(listener);
        connections.close();
        connections.wait().await;
    }
}

async fn serve(stream: TcpStream, peer: SocketAddr, tls: Option<TlsAcceptor>, terms: &Terms) {
    let Some(tls) = tls else {
        return connection::serve(stream, peer, terms).await;
    };
    match tokio::time::timeout(terms.patience, tls.accept(stream)).await {
        Ok(Ok(stream)) => connection::serve(stream, peer, terms).await,
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake took too long"),
    }
}

async fn turn_away(mut stream: TcpStream) {
    let _ = tokio::time::timeout(Duration::from_secs(1), stream.write_all(FULL)).await;
}
