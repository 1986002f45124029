//! `jadong bench charge`: durable debits over HTTP, two commits each, against a PG that answers at once.

use std::time::{Duration, Instant};

use comfy_table::{Table, presets};
use hyper::Method;
use serde::Serialize;

use super::client::Connection;
use super::issue::{BASELINE, start_bank, start_server};
use super::load::{self, latencies, note};
use super::report::{self, Percentiles};
use super::{echo, keys, process};
use crate::cli::BenchChargeOptions;
use crate::open_files;

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

pub async fn run(options: BenchChargeOptions) -> anyhow::Result<()> {
    open_files::raise();
    let progress = report::progress(options.json);
    let folder = tempfile::tempdir()?;
    let connections = options.connections.max(1);
    progress.set_message("echo: the HTTP stack by itself");
    let echo_requests_per_second = echo::requests_per_second(connections, BASELINE).await?;
    progress.set_message("charges");
    let bank = start_bank().await?;
    let server = start_server(folder.path(), &bank, &[]).await?;
    let keys = keys::issue(&server.address, connections, connections).await?;
    let disk_before = process::folder_bytes(folder.path(), "jadong.db")?;
    let cpu_before = process::cpu_micros(server.pid())?;
    let ran = load::run(connections, Duration::from_secs(options.seconds), |index, deadline| {
        let (address, key) = (server.address.clone(), keys[index].clone());
        async move {
            let mut connection = Connection::open(&address).await?;
            let mut took = latencies();
            for number in 0_u64.. {
                let started = Instant::now();
                if started >= deadline {
                    break;
                }
                let order_id = format!("order-{index}-{number}");
                let body =
                    format!(r#"{{"billing_key":"{key}","order_name":"월 구독","price":1000,"order_id":"{order_id}"}}"#);
                connection.call(Method::POST, "/v2/subscribe/payment", body).await?;
                note(&mut took, started.elapsed());
            }
            Ok(took)
        }
    })
    .await?;
    let mut took = latencies();
    for latencies in &ran.results {
        took.add(latencies)?;
    }
    let charges = took.len();
    let cpu = process::cpu_micros(server.pid())? - cpu_before;
    let resident_bytes = process::resident_bytes(server.pid())?;
    let debits_in_the_ledger = debits(&bank.address).await?;
    server.stop().await?;
    bank.stop().await?;
    progress.finish_and_clear();
    let charges_per_second = charges as f64 / ran.elapsed.as_secs_f64();
    let disk = process::folder_bytes(folder.path(), "jadong.db")?.saturating_sub(disk_before);
    print(
        &Report {
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
        },
        options.json,
    )
}

/// How many debits the simulated PG has taken.
pub async fn debits(bank_address: &str) -> anyhow::Result<u64> {
    let mut connection = Connection::open(bank_address).await?;
    let answer = connection
        .call(Method::GET, "/control/ledger/totals", String::new())
        .await?;
    let totals: serde_json::Value = serde_json::from_slice(&answer)?;
    let count = totals
        .get("debits")
        .and_then(|debits| debits.as_u64().or_else(|| debits["count"].as_u64()));
    count.ok_or_else(|| anyhow::anyhow!("the ledger's totals have no count of debits: {totals}"))
}

fn print(report: &Report, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(report)?);
        return Ok(());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let p = &report.charge;
    table.add_row(["charges/s", &format!("{:.0}", report.charges_per_second), "goal 5,000"]);
    let latency = format!("p50 {:.2}  p99 {:.2}  p99.9 {:.2} ms", p.p50_ms, p.p99_ms, p.p999_ms);
    table.add_row(["  latency", &latency, "goal p99 < 15 ms"]);
    table.add_row([
        "echo requests/s",
        &format!("{:.0}", report.echo_requests_per_second),
        "",
    ]);
    table.add_row([
        "  ratio to half of it",
        &format!("{:.2}", report.ratio_to_echo),
        "goal 0.5",
    ]);
    let resident = format!(
        "{:.1} MiB after {} charges",
        report.resident_bytes as f64 / 1_048_576.0,
        report.charges
    );
    table.add_row(["resident", &resident, "goal < 128 MiB"]);
    table.add_row([
        "on disk per charge",
        &format!("{} bytes", report.disk_bytes_per_charge),
        "",
    ]);
    table.add_row([
        "gateway's processor time",
        &format!("{} µs", report.gateway_cpu_micros_per_charge),
        "",
    ]);
    let ledger = format!("{} debits in the simulated PG's ledger", report.debits_in_the_ledger);
    table.add_row(["checked", &ledger, "must equal the charges"]);
    println!("{table}");
    Ok(())
}
