//! What was said between this backend and the gateway: the newest exchanges, in memory only, masked.
//!
//! It is here for the demo and for a developer's curiosity; it shows billing keys, so a production backend leaves it out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::server::Shop;

/// Older ones are forgotten.
const KEPT_MAX: usize = 256;

/// Which of the merchant's calls it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    Request,
    Publish,
    Lookup,
    Destroy,
}

/// One call to the gateway. `sent` is masked; `received` is `null` when nothing readable came back.
#[derive(Clone, Serialize)]
pub(crate) struct Exchange {
    pub step: Step,
    pub method: String,
    pub path: String,
    pub sent: Option<Box<RawValue>>,
    /// `None`: no answer; `failure` says why.
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
    pub(crate) fn record(&self, exchange: Exchange) {
        let mut kept = self.lock();
        if kept.len() == KEPT_MAX {
            kept.pop_front();
        }
        kept.push_back(exchange);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Exchange>> {
        // A panic elsewhere cannot leave a deque of finished records half-written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `GET /exchanges`: a JSON array, oldest first.
pub(crate) async fn list(State(shop): State<Shop>) -> Json<Vec<Exchange>> {
    let exchanges = shop.exchanges.lock().iter().cloned().collect();
    Json(exchanges)
}
