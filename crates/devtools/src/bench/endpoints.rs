//! Merchants' endpoints, each a listener of its own: most answer at once, some never.

use std::future::IntoFuture;
use std::net::SocketAddr;
use std::time::Instant;

use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::{CancellationToken, DropGuard};

/// The endpoints; they end when this is dropped.
pub struct Endpoints {
    pub addresses: Vec<SocketAddr>,
    /// The order of each webhook that came to an endpoint that answers, and when.
    pub arrived: UnboundedReceiver<(String, Instant)>,
    _open: DropGuard,
}

impl Endpoints {
    /// Opens so many endpoints on free ports of loopback. The first `hanging` take a delivery, and say nothing.
    pub async fn open(endpoints: usize, hanging: usize) -> std::io::Result<Self> {
        let (tell, arrived) = unbounded_channel();
        let closing = CancellationToken::new();
        let mut addresses = Vec::with_capacity(endpoints);
        for number in 0..endpoints {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            addresses.push(listener.local_addr()?);
            let tell = (number >= hanging).then(|| tell.clone());
            let closed = closing.clone();
            let router = Router::new().fallback(move |told| take(told, tell.clone(), closed.clone()));
            let serving = axum::serve(listener, router).with_graceful_shutdown(closing.clone().cancelled_owned());
            tokio::spawn(serving.into_future());
        }
        Ok(Self {
            addresses,
            arrived,
            _open: closing.drop_guard(),
        })
    }
}

#[derive(Deserialize)]
struct ReceivedWebhook {
    order_id: String,
}

async fn take(
    Json(told): Json<ReceivedWebhook>,
    tell: Option<UnboundedSender<(String, Instant)>>,
    closed: CancellationToken,
) -> Json<Value> {
    match tell {
        // Nobody counts any more once the receiver is gone.
        Some(tell) => drop(tell.send((told.order_id, Instant::now()))),
        None => closed.cancelled().await,
    }
    Json(json!({ "success": true }))
}
