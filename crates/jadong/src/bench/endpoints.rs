//! Merchants' endpoints, each a listener of its own: most answer at once, some never.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// How an endpoint answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointBehaviour {
    Answers,
    /// Takes the delivery, and says nothing.
    Hangs,
}

/// When each order's webhook arrived first, and how often it came.
#[derive(Default)]
pub struct Arrived {
    first: HashMap<String, Instant>,
    again: u64,
}

impl Arrived {
    /// When the webhook of this order came; `None` when it has not.
    pub fn at(&self, order_id: &str) -> Option<Instant> {
        self.first.get(order_id).copied()
    }

    pub fn count(&self) -> usize {
        self.first.len()
    }

    /// Webhooks that came more than once.
    pub fn again(&self) -> u64 {
        self.again
    }
}

/// The endpoints; they end when this is dropped.
pub struct Endpoints {
    pub addresses: Vec<SocketAddr>,
    arrived: Arc<Mutex<Arrived>>,
    _serving: JoinSet<()>,
}

impl Endpoints {
    /// Opens one endpoint for each temper, on free ports of loopback.
    pub async fn open(tempers: &[EndpointBehaviour]) -> std::io::Result<Self> {
        let arrived = Arc::new(Mutex::new(Arrived::default()));
        let (mut serving, mut addresses) = (JoinSet::new(), Vec::new());
        for temper in tempers {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            addresses.push(listener.local_addr()?);
            serving.spawn(accept(listener, *temper, arrived.clone()));
        }
        Ok(Self {
            addresses,
            arrived,
            _serving: serving,
        })
    }

    /// Reads what has arrived so far.
    pub fn arrived<T>(&self, read: impl FnOnce(&Arrived) -> T) -> T {
        read(&self.arrived.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn accept(listener: TcpListener, temper: EndpointBehaviour, arrived: Arc<Mutex<Arrived>>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, temper, arrived.clone()));
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, temper: EndpointBehaviour, arrived: Arc<Mutex<Arrived>>) {
    let answer = service_fn(move |request| take(request, temper, arrived.clone()));
    // A gateway that gave up has closed its end.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}

async fn take(
    request: Request<Incoming>,
    temper: EndpointBehaviour,
    arrived: Arc<Mutex<Arrived>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    #[derive(Deserialize)]
    struct Told {
        order_id: String,
    }
    let at = Instant::now();
    if let Ok(body) = request.into_body().collect().await
        && let Ok(told) = serde_json::from_slice::<Told>(&body.to_bytes())
        && temper == EndpointBehaviour::Answers
    {
        let mut arrived = arrived.lock().unwrap_or_else(PoisonError::into_inner);
        match arrived.first.entry(told.order_id) {
            Entry::Vacant(new) => {
                new.insert(at);
            }
            Entry::Occupied(_) => arrived.again += 1,
        }
    }
    if temper == EndpointBehaviour::Hangs {
        std::future::pending::<()>().await;
    }
    Ok(Response::new(Full::new(Bytes::from_static(br#"{"success": true}"#))))
}
