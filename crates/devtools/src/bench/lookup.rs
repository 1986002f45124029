//! Lookups by key and by receipt, with few and with many keys on disk.

use std::time::Instant;

use indicatif::ProgressBar;
use serde::Serialize;

use super::client::Connection;
use super::load::{latencies, note};
use super::report::Percentiles;
use super::seed;
use super::stage::Stage;

const FEW: u64 = 1_000;
const LOOKUPS: u64 = 20_000;

#[derive(Serialize)]
pub struct Lookups {
    pub keys_few: u64,
    pub by_key_few: Percentiles,
    pub by_receipt_few: Percentiles,
    pub keys_many: u64,
    pub by_key_many: Percentiles,
    pub by_receipt_many: Percentiles,
    /// p50 with many keys over p50 with few: the worse of the two lookups.
    pub p50_ratio: f64,
}

pub async fn measure(keys: u64, progress: &ProgressBar) -> anyhow::Result<Lookups> {
    progress.set_message("lookups: a thousand keys");
    let (by_key_few, by_receipt_few) = one(FEW).await?;
    progress.set_message(format!("lookups: {keys} keys"));
    let (by_key_many, by_receipt_many) = one(keys).await?;
    let ratio = |many: &Percentiles, few: &Percentiles| many.p50_ms / few.p50_ms;
    Ok(Lookups {
        p50_ratio: ratio(&by_key_many, &by_key_few).max(ratio(&by_receipt_many, &by_receipt_few)),
        keys_few: FEW,
        by_key_few,
        by_receipt_few,
        keys_many: keys,
        by_key_many,
        by_receipt_many,
    })
}

async fn one(keys: u64) -> anyhow::Result<(Percentiles, Percentiles)> {
    let mut stage = Stage::set(&[]).await?;
    // The gateway has made the sandbox project; the keys must be that project's.
    stage.server.stop().await?;
    let ids = seed::keys(stage.data(), keys).await?;
    stage.start_again().await?;
    let mut connection = Connection::open(&stage.server.address).await?;
    let (mut by_key, mut by_receipt) = (latencies(), latencies());
    for lookup in 0..LOOKUPS {
        // A stride that visits the whole table without favouring neighbours.
        let (receipt_id, billing_key) = &ids[usize::try_from(lookup * 7_919 % keys)?];
        let started = Instant::now();
        connection.get(&format!("/v2/billing_key/{billing_key}")).await?;
        let between = Instant::now();
        note(&mut by_key, between - started);
        connection
            .get(&format!("/v2/subscribe/billing_key/{receipt_id}"))
            .await?;
        note(&mut by_receipt, between.elapsed());
    }
    stage.clear().await?;
    Ok((Percentiles::of(&by_key), Percentiles::of(&by_receipt)))
}
