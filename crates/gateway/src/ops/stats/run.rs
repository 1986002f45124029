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
    let mut rows = ops.counters.take();
    let forget_before = hour_of(ops.services.clocks.machine_now()) - KEPT_HOURS;
    rows.sort_by_key(|row| row.project_id);
    for of_project in rows.chunk_by(|one, next| one.project_id == next.project_id) {
        let project = of_project[0].project_id;
        let added = ops
            .services
            .store()
            .add_counts(project, of_project.to_vec(), forget_before);
        if let Err(error) = added.await {
            tracing::warn!(%error, "counts for the overview could not be written; they are tried again");
            ops.counters.put_back(of_project.to_vec());
        }
    }
}
