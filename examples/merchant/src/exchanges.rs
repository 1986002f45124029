//! What was said between this backend and the gateway: the newest exchanges, in memory only, masked.
//!
//! It is here for the demo and for a developer's curiosity; it shows billing keys, so a production backend leaves it out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::extract::State;
use client::Observer;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

/// Older ones are forgotten.
const KEPT_MAX: usize = 256;

/// One call to the gateway. `sent` is masked; `received` is `null` when nothing came back.
#[derive(Clone, Serialize)]
pub(crate) struct Exchange {
    /// `request`, `publish`, `lookup`, `destroy`, `charge` or `other`.
    pub step: &'static str,
    pub method: String,
    pub path: String,
    pub sent: Option<Box<RawValue>>,
    /// `None`: no answer; `failure` says so.
    pub status: Option<u16>,
    pub received: Option<Box<RawValue>>,
    pub failure: Option<&'static str>,
    pub took_ms: u64,
    /// Only `Jadong-*`, in lower case.
    pub headers: BTreeMap<String, String>,
}

#[derive(Clone, Default)]
pub(crate) struct Exchanges(Arc<Mutex<VecDeque<Exchange>>>);

impl Exchanges {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Exchange>> {
        // A panic elsewhere cannot leave a deque of finished records half-written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Exchanges {
    fn exchanged(&self, exchange: &client::Exchange<'_>) {
        // As it was when it is JSON, else as a JSON string.
        let raw = |text: &str| serde_json::from_str(text).or_else(|_| to_raw_value(text)).ok();
        let own = exchange.headers.into_iter().flatten();
        let own = own.filter(|(name, _)| name.as_str().starts_with("jadong-"));
        let record = Exchange {
            step: step(exchange.method, exchange.path),
            method: exchange.method.to_owned(),
            path: exchange.path.to_owned(),
            sent: exchange.sent.and_then(raw),
            status: exchange.status,
            received: exchange.received.and_then(raw),
            failure: exchange
                .status
                .is_none()
                .then_some("no answer: no connection, a time-out, or it broke off"),
            took_ms: u64::try_from(exchange.took.as_millis()).unwrap_or(u64::MAX),
            headers: own
                .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
                .collect(),
        };
        let mut kept = self.lock();
        if kept.len() == KEPT_MAX {
            kept.pop_front();
        }
        kept.push_back(record);
    }
}

fn step(method: &str, path: &str) -> &'static str {
    match (method, path.trim_start_matches("/v2/")) {
        ("POST", "request/subscribe/automatic-transfer") => "request",
        ("POST", "request/subscribe/automatic-transfer/publish") => "publish",
        ("POST", "subscribe/payment") => "charge",
        ("DELETE", path) if path.starts_with("subscribe/billing_key/") => "destroy",
        ("GET", _) => "lookup",
        _ => "other",
    }
}

/// `GET /exchanges`: a JSON array, oldest first.
pub(crate) async fn list(State(exchanges): State<Exchanges>) -> Json<Vec<Exchange>> {
    let exchanges = exchanges.lock().iter().cloned().collect();
    Json(exchanges)
}
