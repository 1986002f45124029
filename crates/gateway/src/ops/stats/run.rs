//! Brings counts to disk every few seconds, and looks at the latencies.

use std::sync::Arc;
use std::time::Duration;

use super::counters::{KEPT_HOURS, hour_of};
use super::latency::EVERY_MS;
use crate::ops::{MetricsText, Ops};

/// Runs until the gateway stops. Time here is the machine's: what is measured is too.
pub async fn run(ops: Arc<Ops>, metrics: MetricsText) {
    loop {
        // Writing and reading all the metrics takes a while, and others wait for this thread.
        let (now, render) = (ops.services.clocks.machine_now(), metrics.clone());
        let looking = ops.clone();
        let looked = tokio::task::spawn_blocking(move || looking.latency.sample(now, &render()));
        if let Err(error) = looked.await {
            tracing::error!(%error, "the latencies were not looked at");
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(EVERY_MS)) => write(&ops).await,
            () = ops.services.stopping.cancelled() => return write(&ops).await,
        }
    }
}

/// Brings what is counted to disk.
pub async fn write(ops: &Ops) {
    let rows = ops.counters.take();
    if rows.is_empty() {
        return;
    }
    let forget_before = hour_of(ops.services.clocks.machine_now()) - KEPT_HOURS;
    if let Err(error) = ops.services.ledger.store.add_counts(rows.clone(), forget_before).await {
        tracing::warn!(%error, "counts for the overview could not be written; they are tried again");
        ops.counters.put_back(rows);
    }
}
