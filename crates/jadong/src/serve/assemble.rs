//! Putting a gateway together.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use gateway::stats::LatencyRecorder;
use gateway::{Dependencies, Limits, Settings, Simulator, Timing, TlsFiles};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use metrics_util::layers::FanoutBuilder;
use pg::{CallTimes, Connector, Connectors, NicePay, NicePaySettings};
use seams::{Clock, DatabaseClock, Entropy, OsEntropy, SystemClock};
use simulator::{RunningSimulator, SimulatorConfig};

use super::simulator::BankControl;
use super::{folder, sandbox_clock};
use crate::config::{Config, ConfiguredConsole, ConfiguredMode, ConfiguredPg, refuse_other_mode};
use crate::mark::MarkWriter;
use crate::open_store::url;
use crate::project;

/// A gateway, and the simulated PG beside it where there is one.
pub struct RunningServe {
    pub gateway: gateway::Running,
    pub bank: Option<RunningSimulator>,
    /// What the webhooks of the sandbox's one project are signed with.
    pub sandbox_webhook_secret: Option<String>,
    mark: MarkWriter,
}

impl RunningServe {
    /// Where the API is.
    pub fn url(&self, config: &Config) -> String {
        let scheme = if config.tls_key.as_os_str().is_empty() {
            "http"
        } else {
            "https"
        };
        format!("{scheme}://{}", self.gateway.address())
    }

    /// The gateway first: it may still have questions to the PG.
    pub async fn stop(self) {
        self.mark.stop().await;
        self.gateway.stop().await;
        if let Some(bank) = self.bank {
            bank.stop().await;
        }
    }
}

/// Starts everything that `config` asks for.
pub async fn start(config: &Config) -> anyhow::Result<RunningServe> {
    start_then(config, || Ok(())).await
}

/// The same, with something that is done as soon as the data folder is this process's.
pub async fn start_then(config: &Config, taken: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<RunningServe> {
    let system: Arc<dyn Clock> = Arc::new(SystemClock);
    // Nodes whose machines disagree about the time go by the database's.
    let clock: Arc<dyn Clock> = match url(Some(&config.store)) {
        Some(_) => Arc::new(DatabaseClock::over(system)),
        None => system,
    };
    let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
    // Before anything that measures: a name is bound to the recorder that is there.
    let metrics = metrics_handle()?;
    let (store, pepper) = folder::open(config, entropy.as_ref()).await?;
    refuse_other_mode(config, &store.projects().await?, &store.installation().await?)?;
    let mark = folder::take(config, &store, clock.as_ref()).await?;
    taken()?;
    let mut sandbox_webhook_secret = None;
    if config.mode == ConfiguredMode::Sandbox {
        sandbox_clock::take_over(&config.data, &store).await?;
        project::sandbox::seed(&store, &pepper, clock.as_ref(), &entropy).await?;
        sandbox_webhook_secret = project::sandbox::webhook_secret(&store, &pepper).await?;
    }
    let bank = match config.pg {
        ConfiguredPg::Simulated => Some(start_bank(config, &clock, &entropy).await?),
        ConfiguredPg::Nicepay | ConfiguredPg::None => None,
    };
    let configured = match config.pg {
        ConfiguredPg::None => None,
        _ => Some(Arc::new(NicePay::new(pg_settings(config, bank.as_ref()), clock.clone())?) as Arc<dyn Connector>),
    };
    let simulator = bank.as_ref().map(BankControl::of).transpose()?;
    let is_alone = !store.has_many_servers();
    let gateway = gateway::start(Dependencies {
        // The folder's lock keeps others out.
        is_alone,
        settings: settings(config)?,
        store,
        connectors: Connectors::new(configured, call_times(config), clock.clone()),
        clock,
        entropy,
        pepper,
        metrics: Arc::new(move || metrics.render()),
        pages: manual::router(),
        simulator: simulator.map(|control| Arc::new(control) as Arc<dyn Simulator>),
        version: env!("CARGO_PKG_VERSION"),
        console: (config.console == ConfiguredConsole::Auto).then(|| Box::new(console::router) as gateway::Pages),
    })
    .await?;
    Ok(RunningServe {
        gateway,
        bank,
        sandbox_webhook_secret,
        mark,
    })
}

async fn start_bank(
    config: &Config,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<dyn Entropy>,
) -> anyhow::Result<RunningSimulator> {
    let folder = config.data.join("bank");
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let settings = SimulatorConfig {
        folder: Some(folder),
        ..SimulatorConfig::sandbox(config.bank_address()?)
    };
    simulator::start(settings, clock.clone(), entropy.clone())
        .await
        .context("the simulated PG")
}

/// How the connector reaches the PG that `config` names: `bank`, where that is a simulated one in this process.
pub fn pg_settings(config: &Config, bank: Option<&RunningSimulator>) -> NicePaySettings {
    let (base_url, client_key, secret_key) = match bank {
        Some(bank) => (
            bank.url(),
            simulator::SANDBOX_CLIENT_KEY.to_owned(),
            simulator::SANDBOX_SECRET_KEY.to_owned(),
        ),
        None => (
            config.pg_url.clone(),
            config.pg_client_key.clone(),
            config.pg_secret_key.clone(),
        ),
    };
    NicePaySettings {
        base_url,
        client_key,
        secret_key: secret_key.into(),
        connect_timeout: config.pg_connect_timeout.0,
        read_timeout: config.pg_read_timeout.0,
        calls_max: config.pg_calls_max,
        queue_wait: config.pg_queue_wait.0,
    }
}

/// How the PGs are called that projects have of their own.
fn call_times(config: &Config) -> CallTimes {
    CallTimes {
        connect_timeout: config.pg_connect_timeout.0,
        read_timeout: config.pg_read_timeout.0,
        calls_max: config.pg_calls_max,
        queue_wait: config.pg_queue_wait.0,
    }
}

fn settings(config: &Config) -> anyhow::Result<Settings> {
    let has_tls = !config.tls_key.as_os_str().is_empty();
    let tls = TlsFiles {
        certificates: config.tls_certificates.clone(),
        key: config.tls_key.clone(),
    };
    Ok(Settings {
        mode: match config.mode {
            ConfiguredMode::Sandbox => gateway::Mode::Sandbox,
            ConfiguredMode::Live => gateway::Mode::Live,
        },
        listen: config.listen,
        admin_listen: config.admin_address()?,
        public_url: Some(config.public_url.clone()).filter(|url| !url.is_empty()),
        tls: has_tls.then_some(tls),
        behind_proxy: config.behind_proxy,
        trusted_proxies: config.trusted_proxies,
        timing: Timing {
            consent_hold: config.consent_hold.0,
            consent_limit: config.consent_limit.0,
            publish_wait: config.publish_wait.0,
            send_within: config.send_within.0,
            start_grace: config.start_grace.0,
            net_cancel_within: config.net_cancel_within.0,
            verdict_quiet: config.verdict_quiet.0,
            reserve_retry_within: config.reserve_retry_within.0,
            client_patience: config.client_patience.0,
            keep_alive: config.keep_alive.0,
            drain_delay: config.drain_delay.0,
            drain: config.drain.0,
        },
        // Checked: what is there can be read.
        closed: gateway::Closed::parse(&config.debits_closed),
        retention: domain::retention::RetentionYears::new(config.retention_years).ok(),
        reconcile: gateway::DailyReconcile::parse(&config.reconcile_at, &config.reconcile_webhook_url),
        limits: Limits {
            connections: config.connections_max,
            body_bytes: config.body_bytes_max,
            open_consents: config.open_consents_max,
            open_payments: config.open_payments_max,
            reserves_at_once: config.reserves_at_once,
            requests_per_second: config.requests_per_second,
            polls_per_second: config.polls_per_second,
        },
    })
}

/// The one recorder of the process, and the upkeep without which its histograms would grow.
fn metrics_handle() -> anyhow::Result<PrometheusHandle> {
    let recorder = PrometheusBuilder::new()
        .set_buckets(&[
            0.000_1, 0.000_25, 0.000_5, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
            30.0,
        ])?
        .build_recorder();
    let handle = recorder.handle();
    // A second gateway in one process (the demo's tests) shares the first one's recorder.
    let both = FanoutBuilder::default()
        .add_recorder(recorder)
        .add_recorder(LatencyRecorder);
    let _ = metrics::set_global_recorder(both.build());
    let upkeep = handle.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(5)).await;
            upkeep.run_upkeep();
        }
    });
    Ok(handle)
}
