//! `jadong bench webhook`: how long a webhook takes from the answer to the charge until it is at its endpoint, with all
//! endpoints well, and then, in the same run, with some that hang.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;

use super::endpoints::Endpoints;
use super::load::{self, latencies, note};
use super::process;
use super::report::{self, Percentiles, Row, mebibytes, row};
use super::stage::Stage;

/// After the last charge, webhooks are waited for this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// The options of `jadong bench webhook`.
#[derive(Args)]
pub struct WebhookOptions {
    /// Endpoints in all
    #[arg(long, default_value_t = 64)]
    endpoints: usize,
    /// How many of them take a delivery and never answer
    #[arg(long, default_value_t = 8)]
    hanging: usize,
    /// Charges a second, each with a webhook
    #[arg(long, default_value_t = 500)]
    rate: u64,
    /// How long each of the two rounds charges
    #[arg(long, default_value_t = 15)]
    seconds: u64,
    #[arg(long, default_value_t = 32)]
    connections: usize,
    #[arg(long)]
    json: bool,
}

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

pub async fn run(options: WebhookOptions) -> anyhow::Result<()> {
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
    report::print(&report, options.json, rows)
}

async fn round(options: &WebhookOptions, endpoints: usize, hanging: usize) -> anyhow::Result<Round> {
    let stage = Stage::set(&[]).await?;
    let mut opened = Endpoints::open(endpoints, hanging).await?;
    let urls: Vec<String> = opened.addresses.iter().map(|at| format!("http://{at}/hook")).collect();
    let mut wanted = charge(&stage, options, &urls).await?;
    wanted.retain(|charged| charged.endpoint >= hanging);
    let (mut came, mut arrivals) = (HashMap::new(), 0);
    let patience = tokio::time::Instant::now() + PATIENCE;
    loop {
        // Once every order has one: what has come by now.
        let until = if came.len() < wanted.len() {
            patience
        } else {
            tokio::time::Instant::now()
        };
        let Ok(Some((order_id, at))) = tokio::time::timeout_at(until, opened.arrived.recv()).await else {
            break;
        };
        arrivals += 1;
        came.entry(order_id).or_insert(at);
    }
    let (mut took, mut last) = (latencies(), Duration::ZERO);
    let begun = wanted.first().map_or_else(Instant::now, |charged| charged.answered);
    for charged in &wanted {
        if let Some(at) = came.get(&charged.order_id) {
            note(&mut took, at.saturating_duration_since(charged.answered));
            last = last.max(at.saturating_duration_since(begun));
        }
    }
    let round = Round {
        wanted: wanted.len(),
        delivered: came.len(),
        again: arrivals - came.len() as u64,
        delivered_per_second: came.len() as f64 / last.as_secs_f64().max(f64::MIN_POSITIVE),
        delivery: Percentiles::of(&took),
        resident_bytes: process::resident_bytes(stage.server.pid())?,
    };
    // Endpoints that hang would hold up the server's end.
    drop(opened);
    stage.clear().await?;
    Ok(round)
}

/// A charge: which of the endpoints is told of it, and when it was answered.
struct Charged {
    order_id: String,
    endpoint: usize,
    answered: Instant,
}

/// Charges at the asked rate, whatever the answers take; in the order of the answers.
async fn charge(stage: &Stage, options: &WebhookOptions, urls: &[String]) -> anyhow::Result<Vec<Charged>> {
    let connections = options.connections.max(1);
    let every = Duration::from_secs_f64(connections as f64 / options.rate.max(1) as f64);
    let lasts = Duration::from_secs(options.seconds);
    let key = stage.keys(1, 1).await?.remove(0);
    let opened = stage.connections(connections).await?;
    let ran = load::run(opened, lasts, |mut connection, index, deadline| {
        let (key, urls) = (key.clone(), urls.to_vec());
        async move {
            let mut tick = tokio::time::interval(every);
            let mut charged = Vec::new();
            for number in 0_usize.. {
                tick.tick().await;
                if Instant::now() >= deadline {
                    break;
                }
                let endpoint = (index + number * connections) % urls.len();
                let order_id = format!("order-{index}-{number}");
                let url = format!(r#","feedback_url":"{}""#, urls[endpoint]);
                connection.charge("", &key, &order_id, &url).await?;
                charged.push(Charged {
                    order_id,
                    endpoint,
                    answered: Instant::now(),
                });
            }
            Ok(charged)
        }
    });
    let mut charged: Vec<_> = ran.await?.results.into_iter().flatten().collect();
    charged.sort_by_key(|charged| charged.answered);
    Ok(charged)
}

fn rows(report: &Report) -> Vec<Row> {
    let all = format!("{} endpoints, all well", report.endpoints);
    let some = format!("{} endpoints, {} hang", report.endpoints, report.hanging);
    let mut rows = Vec::new();
    for (title, round) in [(all, &report.all_well), (some, &report.some_hang)] {
        let (delivered, wanted, again) = (round.delivered, round.wanted, round.again);
        let counts = format!("{delivered} of {wanted} delivered, {again} twice");
        rows.push(row(&title, counts, "all, and 0 twice"));
        let took = format!("{:.1}", round.delivery);
        rows.push(row("  from answer to endpoint", took, "goal p99 < 1,000 ms"));
        rows.push(row("  delivered/s", format!("{:.0}", round.delivered_per_second), ""));
        rows.push(row("  resident", mebibytes(round.resident_bytes), "goal < 128 MiB"));
    }
    rows.push(row("p99, hanging over well", format!("{:.2}", report.p99_ratio), ""));
    rows
}
