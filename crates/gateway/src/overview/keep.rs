//! Brings counts to disk every few seconds, and looks at the latencies.

use std::sync::Arc;
use std::time::Duration;

use super::latency::EVERY_MS;
use super::tally::{KEPT_HOURS, hour_of};
use crate::house::House;
use crate::http::MetricsText;

/// Runs until the gateway stops. Time here is the machine's: what is measured is too.
pub async fn keep(house: Arc<House>, metrics: MetricsText) {
    loop {
        // Writing and reading all the metrics takes a while, and others wait for this thread.
        let (now, render) = (house.clocks.machine_now(), metrics.clone());
        let looking = house.clone();
        let looked = tokio::task::spawn_blocking(move || looking.looks.look(now, &render()));
        if let Err(error) = looked.await {
            tracing::error!(%error, "the latencies were not looked at");
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(EVERY_MS)) => write(&house).await,
            () = house.stopping.cancelled() => return write(&house).await,
        }
    }
}

/// Brings what is counted to disk.
pub async fn write(house: &House) {
    let rows = house.tallies.take();
    if rows.is_empty() {
        return;
    }
    let forget_before = hour_of(house.clocks.machine_now()) - KEPT_HOURS;
    if let Err(error) = house.store.add_counts(rows.clone(), forget_before).await {
        tracing::warn!(%error, "counts for the overview could not be written; they are tried again");
        house.tallies.put_back(rows);
    }
}
