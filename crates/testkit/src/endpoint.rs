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

use crate::net::listener;

/// How an endpoint answers its next deliveries; the last goes on for ever.
#[derive(Debug, Clone, Copy)]
pub enum Temper {
    /// `{"success": true}`
    Success,
    /// This status, and nothing else.
    Status(u16),
    /// This status and this body.
    Says(u16, &'static str),
    /// `{"success": false}`
    NotSuccess,
    /// To another path.
    Redirect,
    /// Not at all.
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
pub struct Received {
    /// Where it was sent to.
    pub path: String,
    /// By their names in small letters.
    pub headers: HashMap<String, String>,
    /// As it was signed.
    pub body: String,
    /// When it came.
    pub at: Instant,
}

impl Received {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// A header; `""` when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Its type and its sequence.
    pub fn event(&self) -> (String, u64) {
        let body = self.json();
        (
            body["webhook_type"].as_str().unwrap().to_owned(),
            body["sequence"].as_u64().unwrap(),
        )
    }
}

/// Takes whatever is posted, and keeps it.
#[derive(Clone)]
pub struct Endpoint {
    /// Where it listens.
    pub address: SocketAddr,
    scripted: Arc<Mutex<Scripted>>,
}

struct Scripted {
    tempers: Vec<Temper>,
    received: Vec<Received>,
}

impl Endpoint {
    /// One that answers with each of `tempers` in turn.
    pub async fn start(tempers: &[Temper]) -> Self {
        let (listener, address) = listener().await;
        let endpoint = Self {
            address,
            scripted: Arc::new(Mutex::new(Scripted {
                tempers: tempers.iter().rev().copied().collect(),
                received: Vec::new(),
            })),
        };
        let router = Router::new().route("/{*path}", post(take)).with_state(endpoint.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        endpoint
    }

    /// What a merchant would name as its webhook URL.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Everything that came, in order.
    pub fn received(&self) -> Vec<Received> {
        self.scripted.lock().unwrap().received.clone()
    }

    /// Its types and sequences.
    pub fn events(&self) -> Vec<(String, u64)> {
        self.received().iter().map(Received::event).collect()
    }
}

async fn take(State(endpoint): State<Endpoint>, uri: axum::http::Uri, headers: HeaderMap, body: Bytes) -> Response {
    let temper = {
        let mut scripted = endpoint.scripted.lock().unwrap();
        let headers = headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        scripted.received.push(Received {
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
        Temper::Says(status, body) => (StatusCode::from_u16(status).unwrap(), body).into_response(),
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

#[cfg(test)]
mod tests {
    use super::{Endpoint, Temper};
    use crate::net::http;

    #[tokio::test]
    async fn it_answers_in_turn_goes_on_with_the_last_and_keeps_what_came() {
        let endpoint = Endpoint::start(&[Temper::Status(500), Temper::Says(201, "thanks")]).await;
        let mut answers = Vec::new();
        for body in ["one", "two", "three"] {
            let answer = http().post(endpoint.url()).header("x-number", body).body(body);
            let answer = answer.send().await.unwrap();
            answers.push((answer.status().as_u16(), answer.text().await.unwrap()));
        }
        let thanks = (201, "thanks".to_owned());
        assert_eq!(answers, [(500, String::new()), thanks.clone(), thanks]);
        let received = endpoint.received();
        assert_eq!(received.len(), 3);
        assert_eq!(
            (received[2].body.as_str(), received[2].header("x-number")),
            ("three", "three")
        );
    }
}
