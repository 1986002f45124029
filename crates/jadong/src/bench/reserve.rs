//! `jadong bench reserve`: reserves that are all due at the same moment, and the ledger's word on each.

use std::time::{Duration, Instant};

use comfy_table::{Table, presets};
use hyper::Method;
use seams::{Clock, SystemClock};
use serde::Serialize;

use super::charge::debits;
use super::client::Connection;
use super::issue::{start_bank, start_server};
use super::{keys, load, process, report, seed, waiting};
use crate::cli::BenchReserveOptions;
use crate::open_files;

/// Reserves of one key; it may have ten.
const PER_KEY: u64 = 10;

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

pub async fn run(options: BenchReserveOptions) -> anyhow::Result<()> {
    open_files::raise();
    let progress = report::progress(options.json);
    let folder = tempfile::tempdir()?;
    let (connections, reserves) = (options.connections.max(1), options.reserves.max(1));
    let bank = start_bank().await?;
    // The first start makes the folder's key and the sandbox project; a database without them is refused.
    start_server(folder.path(), &bank, &[]).await?.stop().await?;
    if options.keys > 0 {
        progress.set_message(format!("{} keys that nobody charges", options.keys));
        seed::keys(folder.path(), options.keys).await?;
    }
    if options.waiting > 0 {
        progress.set_message(format!("{} reserves that wait for next year", options.waiting));
        waiting::fill(folder.path(), options.waiting).await?;
    }
    let server = start_server(folder.path(), &bank, &[]).await?;
    progress.set_message("keys");
    let keys = keys::issue(
        &server.address,
        usize::try_from(reserves.div_ceil(PER_KEY))?,
        connections,
    )
    .await?;
    progress.set_message("reserves");
    // Far enough that all are on disk before the first is due.
    let due_ms = SystemClock.now_ms() + 15_000 + i64::try_from(reserves / 2)?;
    let due_at = domain::EpochMs(due_ms - due_ms.rem_euclid(1000));
    let started = Instant::now();
    reserve(&server.address, &keys, reserves, connections, &due_at.to_wire()).await?;
    let reserved_per_second = reserves as f64 / started.elapsed().as_secs_f64();
    progress.set_message("waiting for the due time");
    SystemClock.sleep_until(due_at.0 - 100).await;
    let early = debits(&bank.address).await?;
    progress.set_message("draining");
    SystemClock.sleep_until(due_at.0).await;
    let draining = Instant::now();
    let mut done = 0;
    while done < reserves && draining.elapsed() < Duration::from_secs(300) {
        tokio::time::sleep(Duration::from_millis(50)).await;
        done = debits(&bank.address).await?;
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
        debits_in_the_ledger: debits(&bank.address).await?,
        resident_bytes: process::resident_bytes(server.pid())?,
    };
    server.stop().await?;
    bank.stop().await?;
    progress.finish_and_clear();
    print(&report, options.json)
}

async fn reserve(
    address: &str,
    keys: &[String],
    reserves: u64,
    connections: usize,
    due_at: &str,
) -> anyhow::Result<()> {
    load::run(connections, Duration::ZERO, |index, _deadline| {
        let (address, keys, due_at) = (address.to_owned(), keys.to_vec(), due_at.to_owned());
        async move {
            let mut connection = Connection::open(&address).await?;
            for number in (u64::try_from(index)?..reserves).step_by(connections) {
                let key = &keys[usize::try_from(number / PER_KEY)?];
                let body = format!(
                    r#"{{"billing_key":"{key}","order_name":"월 구독","price":1000,"order_id":"reserved-{number}","reserve_execute_at":"{due_at}"}}"#
                );
                connection.call(Method::POST, "/v2/subscribe/payment/reserve", body).await?;
            }
            Ok(())
        }
    })
    .await
    .map(drop)
}

fn print(report: &Report, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(report)?);
        return Ok(());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.add_row(["reserved/s", &format!("{:.0}", report.reserved_per_second), ""]);
    let beside = format!("{} keys and {} reserves", report.keys, report.waiting);
    table.add_row(["on disk beside them", &beside, ""]);
    let drained = format!(
        "{:.0}/s, {} in {:.1} s",
        report.drained_per_second, report.reserves, report.drained_seconds
    );
    table.add_row(["drained", &drained, "goal 2,000/s"]);
    table.add_row(["early", &report.early.to_string(), "must be 0"]);
    table.add_row([
        "debits in the ledger",
        &report.debits_in_the_ledger.to_string(),
        "must equal the reserves",
    ]);
    table.add_row([
        "resident",
        &format!("{:.1} MiB", report.resident_bytes as f64 / 1_048_576.0),
        "goal < 128 MiB",
    ]);
    println!("{table}");
    Ok(())
}
