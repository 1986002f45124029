//! What is kept for people to look at: requests, calls to the PG, counts, latencies, readiness. Nothing of the money rests on
//! it, and no service knows of it.

pub mod pg_call_log;
mod readiness;
pub mod request_history;
pub mod stats;

use std::sync::Arc;

use self::pg_call_log::PgCallLog;
pub use self::readiness::Readiness;
use self::request_history::{CaptureBudget, RequestHistory};
use self::stats::{Counters, LatencyHistory};
use crate::services::Services;

/// Renders the metrics; given by whoever installed the recorder.
pub type MetricsText = Arc<dyn Fn() -> String + Send + Sync>;

pub struct Ops {
    services: Arc<Services>,
    /// Counts for the overview that are not on disk yet.
    pub counters: Arc<Counters>,
    /// Where time went in the last hour.
    pub latency: Arc<LatencyHistory>,
    /// The last requests.
    pub request_history: RequestHistory,
    /// Whether there is time to keep all of them.
    pub capture_budget: CaptureBudget,
    /// The last calls to the PG.
    pub pg_calls: Arc<PgCallLog>,
    /// Whether a write was durable a moment ago.
    pub readiness: Readiness,
}

impl Ops {
    pub fn new(services: Arc<Services>, counters: Arc<Counters>, pg_calls: Arc<PgCallLog>) -> Self {
        Self {
            services,
            counters,
            latency: LatencyHistory::of_process(),
            request_history: RequestHistory::default(),
            capture_budget: CaptureBudget::default(),
            pg_calls,
            readiness: Readiness::default(),
        }
    }
}
