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
    // In one order on every node: two that add to the same rows wait for each other, and do not stand in each other's way.
    rows.sort_by(|a, b| (a.project_id, a.hour, &a.what, &a.why).cmp(&(b.project_id, b.hour, &b.what, &b.why)));
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
