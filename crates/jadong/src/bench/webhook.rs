//! `jadong bench webhook`: how long a webhook takes from the answer to the charge until it is at its endpoint, with all
//! endpoints well, and then, in the same run, with some that hang.

use std::time::{Duration, Instant};

use comfy_table::{Table, presets};
use hyper::Method;
use serde::Serialize;

use super::client::Connection;
use super::endpoints::{Arrived, EndpointBehaviour, Endpoints};
use super::issue::{start_bank, start_server};
use super::load::{self, latencies, note};
use super::report::{self, Percentiles};
use super::{keys, process};
use crate::cli::BenchWebhookOptions;
use crate::open_files;

/// After the last charge, webhooks are waited for this long.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Serialize)]
struct Report {
    endpoints: usize,
    hanging: usize,
    charges_per_second_asked: u64,
    /// With every endpoint well: the baseline.
    all_well: Round,
    /// With `hanging` of them hanging; only the others count.
    some_hang: Round,
    /// p99 with some that hang over p99 with none. Goal: p99 under 1 s.
    p99_ratio: f64,
}

#[derive(Serialize)]
struct Round {
    /// Charges whose endpoint is well.
    wanted: usize,
    /// Webhooks that came to those.
    delivered: usize,
    /// Webhooks that came a second time; must be 0.
    again: u64,
    delivered_per_second: f64,
    delivery: Percentiles,
    resident_bytes: u64,
}

pub async fn run(options: BenchWebhookOptions) -> anyhow::Result<()> {
    open_files::raise();
    let progress = report::progress(options.json);
    let endpoints = options.endpoints.max(1);
    let hanging = options.hanging.min(endpoints - 1);
    progress.set_message("webhooks to endpoints that are all well");
    let all_well = round(&options, endpoints, 0).await?;
    progress.set_message(format!("webhooks to {endpoints} endpoints of which {hanging} hang"));
    let some_hang = round(&options, endpoints, hanging).await?;
    progress.finish_and_clear();
    let report = Report {
        endpoints,
        hanging,
        charges_per_second_asked: options.rate,
        p99_ratio: some_hang.delivery.p99_ms / all_well.delivery.p99_ms,
        all_well,
        some_hang,
    };
    print(&report, options.json)
}

async fn round(options: &BenchWebhookOptions, endpoints: usize, hanging: usize) -> anyhow::Result<Round> {
    let folder = tempfile::tempdir()?;
    let bank = start_bank().await?;
    let server = start_server(folder.path(), &bank, &[]).await?;
    let tempers: Vec<EndpointBehaviour> = (0..endpoints)
        .map(|number| {
            if number < hanging {
                EndpointBehaviour::Hangs
            } else {
                EndpointBehaviour::Answers
            }
        })
        .collect();
    let opened = Endpoints::open(&tempers).await?;
    let urls: Vec<String> = opened.addresses.iter().map(|at| format!("http://{at}/hook")).collect();
    let key = keys::issue(&server.address, 1, 1).await?.remove(0);
    let charged = charge(&server.address, &key, options, &urls).await?;
    let wanted: Vec<&(String, usize, Instant)> = charged.iter().filter(|(_, to, _)| *to >= hanging).collect();
    let waiting = Instant::now();
    while opened.arrived(Arrived::count) < wanted.len() && waiting.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (mut took, mut last) = (latencies(), Duration::ZERO);
    let begun = wanted.first().map_or_else(Instant::now, |(_, _, at)| *at);
    opened.arrived(|arrived| {
        for (order_id, _, answered) in &wanted {
            if let Some(at) = arrived.at(order_id) {
                note(&mut took, at.saturating_duration_since(*answered));
                last = last.max(at.saturating_duration_since(begun));
            }
        }
    });
    let delivered = opened.arrived(Arrived::count);
    let round = Round {
        wanted: wanted.len(),
        delivered,
        again: opened.arrived(Arrived::again),
        delivered_per_second: delivered as f64 / last.as_secs_f64().max(f64::MIN_POSITIVE),
        delivery: Percentiles::of(&took),
        resident_bytes: process::resident_bytes(server.pid())?,
    };
    // Endpoints that hang would hold up the server's end.
    drop(opened);
    server.stop().await?;
    bank.stop().await?;
    Ok(round)
}

/// Charges at the asked rate, whatever the answers take; each order, its endpoint, and when it was answered.
async fn charge(
    address: &str,
    key: &str,
    options: &BenchWebhookOptions,
    urls: &[String],
) -> anyhow::Result<Vec<(String, usize, Instant)>> {
    let connections = options.connections.max(1);
    let every = Duration::from_secs_f64(connections as f64 / options.rate.max(1) as f64);
    let lasts = Duration::from_secs(options.seconds);
    let ran = load::run(connections, lasts, |index, deadline| {
        let (address, key, urls) = (address.to_owned(), key.to_owned(), urls.to_vec());
        async move {
            let mut connection = Connection::open(&address).await?;
            let mut tick = tokio::time::interval(every);
            let mut charged = Vec::new();
            for number in 0_usize.. {
                tick.tick().await;
                if Instant::now() >= deadline {
                    break;
                }
                let to = (index + number * connections) % urls.len();
                let (order_id, url) = (format!("order-{index}-{number}"), &urls[to]);
                let body = format!(
                    r#"{{"billing_key":"{key}","order_name":"월 구독","price":1000,"order_id":"{order_id}","feedback_url":"{url}"}}"#
                );
                connection.call(Method::POST, "/v2/subscribe/payment", body).await?;
                charged.push((order_id, to, Instant::now()));
            }
            Ok(charged)
        }
    })
    .await?;
    let mut charged: Vec<_> = ran.results.into_iter().flatten().collect();
    charged.sort_by_key(|(_, _, at)| *at);
    Ok(charged)
}

fn print(report: &Report, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(report)?);
        return Ok(());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let all = format!("{} endpoints, all well", report.endpoints);
    let some = format!("{} endpoints, {} hang", report.endpoints, report.hanging);
    for (title, round) in [(all, &report.all_well), (some, &report.some_hang)] {
        let p = &round.delivery;
        let counts = format!(
            "{} of {} delivered, {} twice",
            round.delivered, round.wanted, round.again
        );
        table.add_row([title.as_str(), &counts, "all, and 0 twice"]);
        let took = format!("p50 {:.1}  p99 {:.1}  p99.9 {:.1} ms", p.p50_ms, p.p99_ms, p.p999_ms);
        table.add_row(["  from answer to endpoint", &took, "goal p99 < 1,000 ms"]);
        table.add_row(["  delivered/s", &format!("{:.0}", round.delivered_per_second), ""]);
        let resident = format!("{:.1} MiB", round.resident_bytes as f64 / 1_048_576.0);
        table.add_row(["  resident", &resident, "goal < 128 MiB"]);
    }
    table.add_row(["p99, hanging over well", &format!("{:.2}", report.p99_ratio), ""]);
    println!("{table}");
    Ok(())
}
