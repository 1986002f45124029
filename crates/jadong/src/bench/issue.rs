//! `jadong bench issue`: full issuances over HTTP, with durability on.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use hyper::Method;
use serde::{Deserialize, Serialize};

use super::child::{self, Served};
use super::client::{Connection, request_body};
use super::load::{self, Latencies, latencies, note};
use super::report::{self, BenchReport, Percentiles};
use super::{echo, held, lookup, process, store_rate};
use crate::cli::BenchIssueOptions;
use crate::open_files;

pub const TRANSFER: &str = "/v2/request/subscribe/automatic-transfer";
pub const PUBLISH: &str = "/v2/request/subscribe/automatic-transfer/publish";

/// Baselines run this long before the issuances.
pub const BASELINE: Duration = Duration::from_secs(5);

pub async fn run(options: BenchIssueOptions) -> anyhow::Result<()> {
    open_files::raise();
    let progress = report::progress(options.json);
    let folder = tempfile::tempdir()?;
    let connections = options.connections.max(1);

    progress.set_message("echo: the HTTP stack by itself");
    let echo_per_second = echo::requests_per_second(connections, BASELINE).await?;
    progress.set_message("store: group commit by itself");
    let raw_folder = folder.path().join("raw");
    let store_writes_per_second = store_rate::writes_per_second(&raw_folder, connections, BASELINE).await?;
    std::fs::remove_dir_all(&raw_folder)?;

    progress.set_message("issuances: request and publish");
    let data = folder.path().join("data");
    let bank = start_bank().await?;
    let server = start_server(&data, &bank, &[]).await?;
    let before = Spent::now(&server, &bank)?;
    let issued = issue(&server.address, connections, Duration::from_secs(options.seconds)).await?;
    let spent = Spent::now(&server, &bank)?.per_issuance(&before, issued.request.len());
    let resident_bytes = process::resident_bytes(server.pid())?;
    server.stop().await?;
    let disk_bytes = process::folder_bytes(&data, "jadong.db")?;

    progress.set_message("start: exec to ready on the database just written");
    let server = start_server(&data, &bank, &[]).await?;
    let ready_ms = server.ready.as_secs_f64() * 1000.0;
    server.stop().await?;

    let held = match options.held {
        0 => None,
        consents => {
            progress.set_message("held: consents that wait for their customers");
            Some(held::measure(&folder.path().join("held"), &bank, consents).await?)
        }
    };
    bank.stop().await?;
    let lookups = match options.keys {
        0 => None,
        keys => Some(lookup::measure(folder.path(), keys, &progress).await?),
    };
    progress.finish_and_clear();

    let seconds = issued.elapsed.as_secs_f64();
    let issuances = issued.request.len();
    let per_second = issuances as f64 / seconds;
    let report = BenchReport {
        seconds,
        connections,
        issuances,
        issuances_per_second: per_second,
        request: Percentiles::of(&issued.request),
        publish: Percentiles::of(&issued.publish),
        echo_requests_per_second: echo_per_second,
        ratio_to_echo: per_second / (echo_per_second / 4.0),
        store_writes_per_second,
        ratio_to_store: per_second * 4.0 / store_writes_per_second,
        resident_bytes,
        disk_bytes_per_key: disk_bytes / issuances.max(1),
        ready_ms,
        cpu_micros_per_issuance: spent,
        held,
        lookups,
    };
    report::print(&report, options.json)
}

/// The simulated PG with customers who answer at once, in memory.
pub async fn start_bank() -> anyhow::Result<Served> {
    child::start(&["bank", "--answer-delay-ms", "0"], &[], "simulated PG on ").await
}

/// The gateway on `data`, in front of `bank`.
pub async fn start_server(data: &Path, bank: &Served, more: &[(&str, &str)]) -> anyhow::Result<Served> {
    let data = data.to_str().context("the temporary folder's name is no text")?;
    let mut environment = vec![
        ("JADONG_PG", "nicepay".to_owned()),
        ("JADONG_PG_URL", format!("http://{}", bank.address)),
        ("JADONG_PG_CLIENT_KEY", simulator::SANDBOX_CLIENT_KEY.to_owned()),
        ("JADONG_PG_SECRET_KEY", simulator::SANDBOX_SECRET_KEY.to_owned()),
        ("JADONG_REQUESTS_PER_SECOND", "1000000".to_owned()),
        ("JADONG_LOG", "warn".to_owned()),
    ];
    environment.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    child::start(
        &["serve", "--listen", "127.0.0.1:0", "--data", data],
        &environment,
        "listening on ",
    )
    .await
}

/// Processor time of the three processes, in microseconds.
#[derive(Serialize)]
pub struct Spent {
    pub gateway: u64,
    pub simulated_pg: u64,
    pub client: u64,
}

impl Spent {
    fn now(server: &Served, bank: &Served) -> anyhow::Result<Self> {
        Ok(Self {
            gateway: process::cpu_micros(server.pid())?,
            simulated_pg: process::cpu_micros(bank.pid())?,
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

struct Issued {
    elapsed: Duration,
    request: Latencies,
    publish: Latencies,
}

#[derive(Deserialize)]
pub struct Receipt<'a> {
    pub receipt_id: &'a str,
}

async fn issue(address: &str, connections: usize, lasts: Duration) -> anyhow::Result<Issued> {
    let ran = load::run(connections, lasts, |index, deadline| {
        let address = address.to_owned();
        async move {
            let mut connection = Connection::open(&address).await?;
            let (mut request, mut publish) = (latencies(), latencies());
            for number in 0_u64.. {
                let started = Instant::now();
                if started >= deadline {
                    break;
                }
                let body = request_body(&format!("bench-{index}-{number}"), "01012345678");
                let answer = connection.call(Method::POST, TRANSFER, body).await?;
                let asked = Instant::now();
                note(&mut request, asked - started);
                let receipt: Receipt = serde_json::from_slice(&answer)?;
                let body = format!(r#"{{"receipt_id":"{}"}}"#, receipt.receipt_id);
                connection.call(Method::POST, PUBLISH, body).await?;
                note(&mut publish, asked.elapsed());
            }
            Ok((request, publish))
        }
    })
    .await?;
    let (mut request, mut publish) = (latencies(), latencies());
    for (requests, publishes) in &ran.results {
        request.add(requests)?;
        publish.add(publishes)?;
    }
    Ok(Issued {
        elapsed: ran.elapsed,
        request,
        publish,
    })
}
