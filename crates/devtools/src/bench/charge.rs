//! `jadong bench charge`: durable debits over HTTP, two commits each, against a PG that answers at once.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;
use serde::Serialize;

use super::load::{self, latencies, note, rounds};
use super::report::{self, Percentiles, Row, mebibytes, row};
use super::stage::{Stage, StoreOption};
use super::{echo, process};

/// The options of `jadong bench charge`.
#[derive(Args)]
pub struct ChargeOptions {
    /// How long the debits run
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Connections, each with one request at a time
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Nodes that serve from the one database, with the connections spread over them
    #[arg(long, default_value_t = 1, requires = "store")]
    nodes: usize,
    #[command(flatten)]
    store: StoreOption,
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    seconds: f64,
    connections: usize,
    charges: u64,
    charges_per_second: f64,
    charge: Percentiles,
    echo_requests_per_second: f64,
    /// Charges over half of the echoes: one charge is two exchanges. Goal 0.5.
    ratio_to_echo: f64,
    gateway_cpu_micros_per_charge: u64,
    resident_bytes: u64,
    disk_bytes_per_charge: u64,
    /// What the simulated PG's ledger says; must equal `charges`.
    debits_in_the_ledger: u64,
}

pub async fn run(options: ChargeOptions) -> anyhow::Result<()> {
    let progress = report::progress(options.json);
    let connections = options.connections.max(1);
    progress.set_message("echo: the HTTP stack by itself");
    let echo_requests_per_second = echo::requests_per_second(connections).await?;
    progress.set_message("charges");
    let mut stage = Stage::set(&options.store.settings()).await?;
    stage.nodes(options.nodes).await?;
    let keys = stage.keys(connections, connections).await?;
    let opened = stage.connections(connections).await?;
    let disk_before = process::folder_bytes(stage.data(), "jadong.db")?;
    let cpu_before = stage.cpu_micros()?;
    let lasts = Duration::from_secs(options.seconds);
    // The database may have the orders of an earlier run.
    let run = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let ran = load::run(opened, lasts, |mut connection, index, deadline| {
        let key = keys[index].clone();
        async move {
            let mut took = latencies();
            for (number, started) in rounds(deadline) {
                let order_id = format!("{run}-{index}-{number}");
                connection.charge("", &key, &order_id, "").await?;
                note(&mut took, started.elapsed());
            }
            Ok([took])
        }
    })
    .await?;
    let cpu = stage.cpu_micros()? - cpu_before;
    let resident_bytes = process::resident_bytes(stage.server.pid())?;
    let debits_in_the_ledger = stage.debits().await?;
    stage.stop().await?;
    let disk = process::folder_bytes(stage.data(), "jadong.db")?.saturating_sub(disk_before);
    drop(stage);
    progress.finish_and_clear();
    let [took] = ran.latencies();
    let (charges, charges_per_second) = (took.len(), ran.per_second(took.len()));
    let report = Report {
        seconds: ran.elapsed.as_secs_f64(),
        connections,
        charges,
        charges_per_second,
        charge: Percentiles::of(&took),
        echo_requests_per_second,
        ratio_to_echo: charges_per_second / (echo_requests_per_second / 2.0),
        gateway_cpu_micros_per_charge: cpu / charges.max(1),
        resident_bytes,
        disk_bytes_per_charge: disk / charges.max(1),
        debits_in_the_ledger,
    };
    report::print(&report, options.json, rows)
}

fn rows(report: &Report) -> Vec<Row> {
    let resident = format!("{} after {} charges", mebibytes(report.resident_bytes), report.charges);
    let ledger = format!("{} debits in the simulated PG's ledger", report.debits_in_the_ledger);
    vec![
        row("charges/s", format!("{:.0}", report.charges_per_second), "goal 5,000"),
        row("  latency", report.charge.to_string(), "goal p99 < 15 ms"),
        row("echo requests/s", format!("{:.0}", report.echo_requests_per_second), ""),
        row(
            "  ratio to half of it",
            format!("{:.2}", report.ratio_to_echo),
            "goal 0.5",
        ),
        row("resident", resident, "goal < 128 MiB"),
        row(
            "on disk per charge",
            format!("{} bytes", report.disk_bytes_per_charge),
            "",
        ),
        row(
            "gateway's processor time",
            format!("{} µs", report.gateway_cpu_micros_per_charge),
            "",
        ),
        row("checked", ledger, "must equal the charges"),
    ]
}
