//! Brings counts to disk every few seconds, and ends the points of the latencies.

use std::sync::Arc;
use std::time::Duration;

use super::counters::{KEPT_HOURS, hour_of};
use super::latency::EVERY_MS;
use crate::ops::Ops;

/// Runs until the gateway stops. Time here is the machine's: what is measured is too.
pub async fn run(ops: Arc<Ops>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(EVERY_MS)) => {}
            () = ops.services.stopping.cancelled() => return write(&ops).await,
        }
        ops.latency.end_point(ops.services.clocks.machine_now());
        write(&ops).await;
    }
}

/// Brings what is counted to disk.
pub async fn write(ops: &Ops) {
    let rows = ops.counters.take();
    if rows.is_empty() {
        return;
    }
    let forget_before = hour_of(ops.services.clocks.machine_now()) - KEPT_HOURS;
    if let Err(error) = ops.services.store().add_counts(rows.clone(), forget_before).await {
        tracing::warn!(%error, "counts for the overview could not be written; they are tried again");
        ops.counters.put_back(rows);
    }
}
