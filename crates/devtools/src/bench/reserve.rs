//! `jadong bench reserve`: reserves that are all due at the same moment, and the ledger's word on each.

use std::time::{Duration, Instant};

use clap::Args;
use domain::EpochMs;
use domain::reserve::WAITING_MAX;
use seams::{Clock, SystemClock};
use serde::Serialize;

use super::report::{self, Row, mebibytes, row};
use super::stage::Stage;
use super::{load, process, seed};

/// The options of `jadong bench reserve`.
#[derive(Args)]
pub struct ReserveOptions {
    /// How many reserves are due at once
    #[arg(long, default_value_t = 20_000)]
    reserves: u64,
    /// How many reserves wait on disk beside them
    #[arg(long, default_value_t = 0)]
    waiting: u64,
    /// How many issued keys are on disk beside them
    #[arg(long, default_value_t = 0)]
    keys: u64,
    #[arg(long, default_value_t = 64)]
    connections: usize,
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    reserves: u64,
    /// Reserves on disk beside them that are not due.
    waiting: u64,
    /// Issued keys on disk beside those.
    keys: u64,
    reserved_per_second: f64,
    /// Debits before the due time; must be 0.
    early: u64,
    drained_seconds: f64,
    drained_per_second: f64,
    /// Debits in the ledger afterwards; must equal `reserves`.
    debits_in_the_ledger: u64,
    resident_bytes: u64,
}

pub async fn run(options: ReserveOptions) -> anyhow::Result<()> {
    let progress = report::progress(options.json);
    let (connections, reserves) = (options.connections.max(1), options.reserves.max(1));
    let mut stage = Stage::set(&[]).await?;
    // That start has made the folder's key and the sandbox project; a database without them is refused.
    stage.server.stop().await?;
    if options.keys > 0 {
        progress.set_message(format!("{} keys that nobody charges", options.keys));
        seed::keys(stage.data(), options.keys).await?;
    }
    if options.waiting > 0 {
        progress.set_message(format!("{} reserves that wait for next year", options.waiting));
        seed::reserves(stage.data(), options.waiting).await?;
    }
    stage.start_again().await?;
    progress.set_message("keys");
    let keys = usize::try_from(reserves.div_ceil(u64::from(WAITING_MAX)))?;
    let keys = stage.keys(keys, connections).await?;
    progress.set_message("reserves");
    // Far enough that all are on disk before the first is due.
    let due_ms = SystemClock.now_ms() + 15_000 + i64::try_from(reserves / 2)?;
    let due_at = EpochMs(due_ms - due_ms.rem_euclid(1000));
    let reserved_per_second = reserve(&stage, &keys, reserves, connections, &due_at.to_wire()).await?;
    progress.set_message("waiting for the due time");
    SystemClock.sleep_until(due_at.0 - 100).await;
    let early = stage.debits().await?;
    progress.set_message("draining");
    SystemClock.sleep_until(due_at.0).await;
    let draining = Instant::now();
    let mut done = 0;
    while done < reserves && draining.elapsed() < Duration::from_secs(300) {
        tokio::time::sleep(Duration::from_millis(50)).await;
        done = stage.debits().await?;
    }
    let drained_seconds = draining.elapsed().as_secs_f64();
    // Whatever would run twice has had time to.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let report = Report {
        reserves,
        waiting: options.waiting,
        keys: options.keys,
        reserved_per_second,
        early,
        drained_seconds,
        drained_per_second: done as f64 / drained_seconds,
        debits_in_the_ledger: stage.debits().await?,
        resident_bytes: process::resident_bytes(stage.server.pid())?,
    };
    stage.clear().await?;
    progress.finish_and_clear();
    report::print(&report, options.json, rows)
}

/// Makes the reserves, as many of a key as it may have; how many a second.
async fn reserve(
    stage: &Stage,
    keys: &[String],
    reserves: u64,
    connections: usize,
    due_at: &str,
) -> anyhow::Result<f64> {
    let opened = stage.connections(connections).await?;
    let ran = load::run(opened, Duration::ZERO, |mut connection, index, _deadline| {
        let (keys, due) = (keys.to_vec(), format!(r#","reserve_execute_at":"{due_at}""#));
        async move {
            for number in (u64::try_from(index)?..reserves).step_by(connections) {
                let key = &keys[usize::try_from(number / u64::from(WAITING_MAX))?];
                let order_id = format!("reserved-{number}");
                connection.charge("/reserve", key, &order_id, &due).await?;
            }
            Ok(())
        }
    });
    Ok(ran.await?.per_second(reserves))
}

fn rows(report: &Report) -> Vec<Row> {
    let beside = format!("{} keys and {} reserves", report.keys, report.waiting);
    let (rate, seconds) = (report.drained_per_second, report.drained_seconds);
    let drained = format!("{rate:.0}/s, {} in {seconds:.1} s", report.reserves);
    let debits = report.debits_in_the_ledger.to_string();
    vec![
        row("reserved/s", format!("{:.0}", report.reserved_per_second), ""),
        row("on disk beside them", beside, ""),
        row("drained", drained, "goal 2,000/s"),
        row("early", report.early.to_string(), "must be 0"),
        row("debits in the ledger", debits, "must equal the reserves"),
        row("resident", mebibytes(report.resident_bytes), "goal < 128 MiB"),
    ]
}
