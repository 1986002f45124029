//! A merchant's endpoint.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::Value;

/// How an endpoint answers its next deliveries; the last goes on for ever.
#[derive(Debug, Clone, Copy)]
pub enum Temper {
    Success,
    Status(u16),
    NotSuccess,
    Redirect,
    Hangs,
    /// 503 with this `Retry-After`.
    Later(&'static str),
    /// A success with a byte order mark before it.
    Marked,
    /// Succeeds so much later.
    Slow(Duration),
}

/// A delivery as it arrived.
#[derive(Debug, Clone)]
pub struct Got {
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: String,
    pub at: Instant,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Its type and its sequence.
    pub fn told(&self) -> (String, u64) {
        let body = self.json();
        (
            body["webhook_type"].as_str().unwrap().to_owned(),
            body["sequence"].as_u64().unwrap(),
        )
    }
}

#[derive(Clone)]
pub struct Endpoint {
    pub address: SocketAddr,
    scripted: Arc<Mutex<Scripted>>,
}

struct Scripted {
    tempers: Vec<Temper>,
    got: Vec<Got>,
}

impl Endpoint {
    pub async fn start(tempers: &[Temper]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Self {
            address: listener.local_addr().unwrap(),
            scripted: Arc::new(Mutex::new(Scripted {
                tempers: tempers.iter().rev().copied().collect(),
                got: Vec::new(),
            })),
        };
        let router = Router::new().route("/{*path}", post(take)).with_state(endpoint.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        endpoint
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub fn got(&self) -> Vec<Got> {
        self.scripted.lock().unwrap().got.clone()
    }

    pub fn told(&self) -> Vec<(String, u64)> {
        self.got().iter().map(Got::told).collect()
    }
}

async fn take(State(endpoint): State<Endpoint>, uri: axum::http::Uri, headers: HeaderMap, body: Bytes) -> Response {
    let temper = {
        let mut scripted = endpoint.scripted.lock().unwrap();
        let headers = headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        scripted.got.push(Got {
            path: uri.path().to_owned(),
            headers: headers.collect(),
            body: String::from_utf8(body.to_vec()).unwrap(),
            at: Instant::now(),
        });
        match scripted.tempers.as_slice() {
            [last] => *last,
            _ => scripted.tempers.pop().unwrap(),
        }
    };
    match temper {
        Temper::Success => axum::Json(serde_json::json!({ "success": true })).into_response(),
        Temper::NotSuccess => axum::Json(serde_json::json!({ "success": false })).into_response(),
        Temper::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Temper::Redirect => (StatusCode::FOUND, [(header::LOCATION, "/elsewhere")]).into_response(),
        Temper::Later(when) => (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, when)]).into_response(),
        Temper::Marked => "\u{feff}{\"success\": true}".into_response(),
        Temper::Slow(by) => {
            tokio::time::sleep(by).await;
            axum::Json(serde_json::json!({ "success": true })).into_response()
        }
        Temper::Hangs => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            StatusCode::OK.into_response()
        }
    }
}
