//! The listener: accepts, bounds, and stops in order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::{ErrorCode, Refusal};
use fairness::heed_slow_readers;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::task::TaskTracker;

use super::connection::{self, ConnectionLimits};
use super::response;
use crate::support::language::Language;

/// How long one past the limit may take to read that.
const TURN_AWAY: Duration = Duration::from_secs(1);
/// How long its request is waited for before the answer.
const FIRST_WORDS: Duration = Duration::from_millis(250);
/// How many are turned away at once; beyond, connections are closed without a word.
const TURNED_AWAY_MAX: usize = 256;

/// A listener and its rules.
pub struct Server {
    pub listener: TcpListener,
    pub tls: Option<TlsAcceptor>,
    pub connections_max: usize,
    pub terms: ConnectionLimits,
    /// What one past the limit gets, whole: of [`full`].
    pub full: Bytes,
}

/// The answer to one connection too many.
pub fn full(public_url: &str) -> Bytes {
    let refusal = Refusal::of(ErrorCode::Overloaded).hint("too many connections");
    let body = response::write(&refusal, Language::Korean, public_url);
    let head = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json; charset=utf-8\r\n\
         retry-after: 1\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    Bytes::from([head.into_bytes(), body].concat())
}

impl Server {
    /// Serves until `terms.stopping`, then until every connection has had its answer.
    pub async fn run(self) {
        let Self {
            listener,
            tls,
            connections_max,
            terms,
            full,
        } = self;
        let room = Arc::new(Semaphore::new(connections_max));
        let doorstep = Arc::new(Semaphore::new(TURNED_AWAY_MAX));
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
            heed_slow_readers(&stream);
            let Ok(place) = room.clone().try_acquire_owned() else {
                if let Ok(place) = doorstep.clone().try_acquire_owned() {
                    let full = full.clone();
                    connections.spawn(async move {
                        turn_away(stream, &full).await;
                        drop(place);
                    });
                }
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

async fn serve(stream: TcpStream, peer: SocketAddr, tls: Option<TlsAcceptor>, terms: &ConnectionLimits) {
    let Some(tls) = tls else {
        return connection::serve(stream, peer, terms).await;
    };
    // Apart, so that a plain connection does not carry the room that TLS needs.
    Box::pin(serve_tls(stream, peer, tls, terms)).await;
}

async fn serve_tls(stream: TcpStream, peer: SocketAddr, tls: TlsAcceptor, terms: &ConnectionLimits) {
    match tokio::time::timeout(terms.patience, tls.accept(stream)).await {
        Ok(Ok(stream)) => connection::serve(stream, peer, terms).await,
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake took too long"),
    }
}

/// Answers, and reads what the client was sending meanwhile: closing over unread bytes would reset the connection, and
/// the answer would be lost with it.
async fn turn_away(mut stream: TcpStream, answer: &[u8]) {
    let answered = async {
        let mut unread = [0; 1024];
        // An answer before the question confuses HTTP clients.
        let _ = tokio::time::timeout(FIRST_WORDS, stream.read(&mut unread)).await;
        stream.write_all(answer).await?;
        stream.shutdown().await?;
        while stream.read(&mut unread).await? > 0 {}
        Ok::<_, std::io::Error>(())
    };
    let _ = tokio::time::timeout(TURN_AWAY, answered).await;
}
