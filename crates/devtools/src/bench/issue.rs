//! `jadong bench issue`: full issuances over HTTP, with durability on.

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::held::HeldConsents;
use super::load::{self, Latencies, Ran, latencies, note, rounds};
use super::lookup::Lookups;
use super::report::{self, Percentiles, Row, mebibytes, row};
use super::stage::{Stage, StoreOption};
use super::{echo, held, lookup, process, store_rate};

/// The options of `jadong bench issue`.
#[derive(Args)]
pub struct IssueOptions {
    /// How long the issuances run
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Connections, each with one request at a time
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Also hold this many consents open and measure their memory
    #[arg(long, default_value_t = 0)]
    held: usize,
    /// Also measure lookups with this many keys on disk
    #[arg(long, default_value_t = 0)]
    keys: u64,
    #[command(flatten)]
    store: StoreOption,
    #[arg(long)]
    json: bool,
}

/// Rates are per second, sizes in bytes.
#[derive(Serialize)]
struct Report {
    seconds: f64,
    connections: usize,
    issuances: u64,
    issuances_per_second: f64,
    request: Percentiles,
    publish: Percentiles,
    echo_requests_per_second: f64,
    /// Issuances over a quarter of the echoes: one issuance is four exchanges. Goal 0.5.
    ratio_to_echo: f64,
    store_writes_per_second: f64,
    /// Durable writes of the issuances over those of the store by itself. Goal 0.5.
    ratio_to_store: f64,
    resident_bytes: u64,
    disk_bytes_per_key: u64,
    ready_ms: f64,
    /// Where the processors' time goes.
    cpu_micros_per_issuance: Spent,
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<HeldConsents>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lookups: Option<Lookups>,
}

pub async fn run(options: IssueOptions) -> anyhow::Result<()> {
    let progress = report::progress(options.json);
    let connections = options.connections.max(1);
    progress.set_message("echo: the HTTP stack by itself");
    let echo_requests_per_second = echo::requests_per_second(connections).await?;
    progress.set_message("store: group commit by itself");
    let store_writes_per_second = store_rate::writes_per_second(connections).await?;

    progress.set_message("issuances: request and publish");
    let mut stage = Stage::set(&options.store.settings()).await?;
    let before = Spent::of(&stage)?;
    let ran = issue(&stage, connections, Duration::from_secs(options.seconds)).await?;
    let [request, publish] = ran.latencies();
    let issuances = request.len();
    let cpu_micros_per_issuance = Spent::of(&stage)?.per_issuance(&before, issuances);
    let resident_bytes = process::resident_bytes(stage.server.pid())?;
    stage.server.stop().await?;
    let disk_bytes = process::folder_bytes(stage.data(), "jadong.db")?;

    progress.set_message("start: exec to ready on the database just written");
    stage.start_again().await?;
    let ready_ms = stage.server.ready.as_secs_f64() * 1000.0;
    stage.clear().await?;

    let mut held = None;
    if options.held > 0 {
        progress.set_message("held: consents that wait for their customers");
        held = Some(held::measure(options.held).await?);
    }
    let mut lookups = None;
    if options.keys > 0 {
        lookups = Some(lookup::measure(options.keys, &progress).await?);
    }
    progress.finish_and_clear();

    let issuances_per_second = ran.per_second(issuances);
    let report = Report {
        seconds: ran.elapsed.as_secs_f64(),
        connections,
        issuances,
        issuances_per_second,
        request: Percentiles::of(&request),
        publish: Percentiles::of(&publish),
        echo_requests_per_second,
        ratio_to_echo: issuances_per_second / (echo_requests_per_second / 4.0),
        store_writes_per_second,
        ratio_to_store: issuances_per_second * 4.0 / store_writes_per_second,
        resident_bytes,
        disk_bytes_per_key: disk_bytes / issuances.max(1),
        ready_ms,
        cpu_micros_per_issuance,
        held,
        lookups,
    };
    report::print(&report, options.json, rows)
}

fn rows(report: &Report) -> Vec<Row> {
    let resident = mebibytes(report.resident_bytes);
    let resident = format!("{resident} after {} issuances", report.issuances);
    let spent = &report.cpu_micros_per_issuance;
    let (gateway, bank, client) = (spent.gateway, spent.simulated_pg, spent.client);
    let mut rows = vec![
        row("issuances/s", format!("{:.0}", report.issuances_per_second), ""),
        row("  request", report.request.to_string(), ""),
        row("  publish", report.publish.to_string(), ""),
        row("echo requests/s", format!("{:.0}", report.echo_requests_per_second), ""),
        row(
            "  ratio to a quarter of it",
            format!("{:.2}", report.ratio_to_echo),
            "goal 0.5",
        ),
        row("store writes/s", format!("{:.0}", report.store_writes_per_second), ""),
        row("  ratio to it", format!("{:.2}", report.ratio_to_store), "goal 0.5"),
        row("resident", resident, "goal < 64 MiB after 200,000"),
        row("on disk per key", format!("{} bytes", report.disk_bytes_per_key), ""),
        row("exec to ready", format!("{:.0} ms", report.ready_ms), "goal < 100 ms"),
        row(
            "processor time per issuance",
            format!("gateway {gateway}  simulated PG {bank}  client {client} µs"),
            "",
        ),
    ];
    if let Some(held) = &report.held {
        let resident = mebibytes(held.resident_bytes);
        let memory = format!("{} held: {resident}, {} threads", held.consents, held.threads);
        rows.push(row("held consents", memory, "goal 10,000 < 150 MiB"));
    }
    if let Some(lookups) = &report.lookups {
        let name = format!("lookups, {} keys", lookups.keys_many);
        rows.push(row(&name, lookups.by_key_many.to_string(), ""));
        let ratio = format!("{:.2}", lookups.p50_ratio);
        rows.push(row("  p50 ratio to 1,000 keys", ratio, "goal < 1.5"));
    }
    rows
}

/// Processor time of the three processes, in microseconds.
#[derive(Serialize)]
struct Spent {
    gateway: u64,
    simulated_pg: u64,
    client: u64,
}

impl Spent {
    /// Until now.
    fn of(stage: &Stage) -> anyhow::Result<Self> {
        Ok(Self {
            gateway: process::cpu_micros(stage.server.pid())?,
            simulated_pg: process::cpu_micros(stage.bank.pid())?,
            client: process::cpu_micros(std::process::id())?,
        })
    }

    fn per_issuance(&self, before: &Self, issuances: u64) -> Self {
        let issuances = issuances.max(1);
        Self {
            gateway: (self.gateway - before.gateway) / issuances,
            simulated_pg: (self.simulated_pg - before.simulated_pg) / issuances,
            client: (self.client - before.client) / issuances,
        }
    }
}

/// How long requests took, and publishes.
async fn issue(stage: &Stage, connections: usize, lasts: Duration) -> anyhow::Result<Ran<[Latencies; 2]>> {
    let opened = stage.connections(connections).await?;
    load::run(opened, lasts, |mut connection, index, deadline| async move {
        let (mut request, mut publish) = (latencies(), latencies());
        for (number, started) in rounds(deadline) {
            let (answered, _key) = connection.issue(&format!("bench-{index}-{number}")).await?;
            note(&mut request, answered - started);
            note(&mut publish, answered.elapsed());
        }
        Ok([request, publish])
    })
    .await
}
