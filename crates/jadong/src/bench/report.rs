//! The figures, for people and for programs.

use std::time::Duration;

use comfy_table::{Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::held::HeldConsents;
use super::issue::Spent;
use super::load::Latencies;
use super::lookup::Lookups;

/// Milliseconds at three quantiles.
#[derive(Serialize)]
pub struct Percentiles {
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
}

impl Percentiles {
    pub fn of(latencies: &Latencies) -> Self {
        let at = |quantile| latencies.value_at_quantile(quantile) as f64 / 1000.0;
        Self {
            p50_ms: at(0.5),
            p99_ms: at(0.99),
            p999_ms: at(0.999),
        }
    }
}

/// Everything that `bench issue` measures. Rates are per second, sizes in bytes.
#[derive(Serialize)]
pub struct BenchReport {
    pub seconds: f64,
    pub connections: usize,
    pub issuances: u64,
    pub issuances_per_second: f64,
    pub request: Percentiles,
    pub publish: Percentiles,
    pub echo_requests_per_second: f64,
    /// Issuances over a quarter of the echoes: one issuance is four exchanges. Goal 0.5.
    pub ratio_to_echo: f64,
    pub store_writes_per_second: f64,
    /// Durable writes of the issuances over those of the store by itself. Goal 0.5.
    pub ratio_to_store: f64,
    pub resident_bytes: u64,
    pub disk_bytes_per_key: u64,
    pub ready_ms: f64,
    /// Where the processors' time goes.
    pub cpu_micros_per_issuance: Spent,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<HeldConsents>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lookups: Option<Lookups>,
}

/// Says what is being measured, unless the output is for a program.
pub fn progress(json: bool) -> ProgressBar {
    if json {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner().with_style(ProgressStyle::default_spinner());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

pub fn print(report: &BenchReport, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(report)?);
        return Ok(());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let mebibytes = |bytes: u64| format!("{:.1} MiB", bytes as f64 / 1_048_576.0);
    let steps = |p: &Percentiles| format!("p50 {:.2}  p99 {:.2}  p99.9 {:.2} ms", p.p50_ms, p.p99_ms, p.p999_ms);
    table.add_row(["issuances/s", &format!("{:.0}", report.issuances_per_second), ""]);
    table.add_row(["  request", &steps(&report.request), ""]);
    table.add_row(["  publish", &steps(&report.publish), ""]);
    table.add_row([
        "echo requests/s",
        &format!("{:.0}", report.echo_requests_per_second),
        "",
    ]);
    table.add_row([
        "  ratio to a quarter of it",
        &format!("{:.2}", report.ratio_to_echo),
        "goal 0.5",
    ]);
    table.add_row(["store writes/s", &format!("{:.0}", report.store_writes_per_second), ""]);
    table.add_row(["  ratio to it", &format!("{:.2}", report.ratio_to_store), "goal 0.5"]);
    let after = format!(
        "{} after {} issuances",
        mebibytes(report.resident_bytes),
        report.issuances
    );
    table.add_row(["resident", &after, "goal < 64 MiB after 200,000"]);
    table.add_row(["on disk per key", &format!("{} bytes", report.disk_bytes_per_key), ""]);
    table.add_row(["exec to ready", &format!("{:.0} ms", report.ready_ms), "goal < 100 ms"]);
    let spent = &report.cpu_micros_per_issuance;
    let split = format!(
        "gateway {}  simulated PG {}  client {} µs",
        spent.gateway, spent.simulated_pg, spent.client
    );
    table.add_row(["processor time per issuance", &split, ""]);
    if let Some(held) = &report.held {
        let memory = format!(
            "{} held: {}, {} threads",
            held.consents,
            mebibytes(held.resident_bytes),
            held.threads
        );
        table.add_row(["held consents", &memory, "goal 10,000 < 150 MiB"]);
    }
    if let Some(lookups) = &report.lookups {
        let keys = format!("lookups, {} keys", lookups.keys_many);
        table.add_row([keys.as_str(), &steps(&lookups.by_key_many), ""]);
        table.add_row([
            "  p50 ratio to 1,000 keys",
            &format!("{:.2}", lookups.p50_ratio),
            "goal < 1.5",
        ]);
    }
    println!("{table}");
    Ok(())
}
