//! Starting and stopping a gateway.

use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use axum::Router;
use domain::fingerprint::Pepper;
use domain::{EpochMs, ProjectId};
use pg::Connectors;
use seams::{Clock, Entropy};
use store::{Node, NodeBeat, Store};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::App;
use crate::auth::Auth;
use crate::background::{spawn_workers, supervised};
use crate::http;
use crate::http::server::Server;
use crate::http::{connection_terms, router};
use crate::ledger::Ledger;
use crate::operator::{OperatorService, Pages};
use crate::ops::pg_call_log::{PgCallLog, RecordingConnector};
use crate::ops::stats::{self, Counters};
use crate::ops::{MetricsText, Ops};
use crate::running::Running;
use crate::sandbox::{Sandbox, Simulator};
use crate::sandbox_credentials;
use crate::services::project_pgs::ProjectPgs;
use crate::services::webhook::WebhookClient;
use crate::services::{PepperAndIds, Pg, Services};
use crate::settings::{Mode, Settings};
use crate::support::{IdGenerator, ProjectClocks, draw_node};
use crate::workers;

/// What a gateway is put together from: the settings, the store, and the seams.
pub struct Dependencies {
    pub settings: Settings,
    pub store: Store,
    /// Nobody else has the store open, so that what is being driven there is not: its process is gone.
    pub is_alone: bool,
    pub connectors: Connectors,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub pepper: Pepper,
    pub metrics: MetricsText,
    /// Pages that stand beside the API and the metrics and need nothing of the gateway: the manual.
    pub pages: axum::Router,
    /// `Some` where the PG is a simulated one that can be told what to do.
    pub simulator: Option<Arc<dyn Simulator>>,
    /// The console; `None` leaves it out.
    pub console: Option<Pages>,
    /// The program's version, for whoever asks which nodes there are.
    pub version: &'static str,
}

/// A gateway did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot listen on {address}: {source}")]
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
    #[error("TLS: {0}")]
    Tls(String),
    #[error("the webhooks' HTTP client cannot be built: {0}")]
    Webhooks(String),
    #[error("the store cannot be read: {0}")]
    Store(#[from] store::ReadError),
    #[error("the node cannot be added to the database: {0}")]
    NotJoined(#[from] store::CommitError),
    #[error(
        "another sandbox serves from this database, at {0}: its customers are simulated in its own process. Stop it, use another \
         database, or start the simulated PG by itself (`jadong bank`) for all of them"
    )]
    OtherSandbox(String),
    #[error(
        "live mode refuses a database in which a sandbox has moved a project's clock: what is due there is not due yet; use a \
         new data folder"
    )]
    MovedClocks,
}

/// Opens the listeners, starts the workers, which take up what the last process left, and serves.
pub async fn start(mut parts: Dependencies) -> Result<Running, StartError> {
    let settings = &parts.settings;
    let offsets = parts.store.clock_offsets().await?;
    if settings.mode == Mode::Live && !offsets.is_empty() {
        return Err(StartError::MovedClocks);
    }
    let tls = settings
        .tls
        .as_ref()
        .map(http::tls_acceptor)
        .transpose()
        .map_err(StartError::Tls)?;
    let webhook_client = WebhookClient::new(settings.mode).map_err(|error| StartError::Webhooks(error.to_string()))?;
    let (listener, address) = listen(settings.listen).await?;
    let (admin_listener, admin_address) = listen(settings.admin_listen).await?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let is_alone = parts.is_alone;
    let is_held = parts.store.installation().await?.held.is_some();
    let addresses = (format!("{scheme}://{address}"), format!("http://{admin_address}"));
    let node = node(parts.version, addresses, EpochMs(parts.clock.now_ms()));
    let node = join(
        &parts.store,
        parts.clock.clone(),
        parts.entropy.clone(),
        node,
        is_alone,
        parts.simulator.is_some(),
    )
    .await?;
    let (metrics, pages, console) = (parts.metrics.clone(), parts.pages.clone(), parts.console.take());
    let app = Arc::new(build_app(parts, &node, offsets, is_held));
    metrics::gauge!("jadong_debits_held").set(if is_held { 1.0 } else { 0.0 });
    prepare(&app, is_alone).await?;
    spawn_workers(&app, webhook_client, node);
    let limits = app.services.settings.limits;
    let (api, private) = routers(&app, metrics, pages, console);
    let full = http::server::full(&app.services.public_url);
    let public = Server {
        terms: connection_terms(&app, api, tls.is_some()),
        listener,
        tls,
        connections_max: limits.connections,
        full: full.clone(),
    };
    let admin = Server {
        listener: admin_listener,
        tls: None,
        // Its streams are fewer, so that nobody's open pages keep a monitor or `jadong resolve` out.
        connections_max: 256,
        terms: connection_terms(&app, private, false),
        full,
    };
    let servers = vec![
        tokio::spawn(supervised(app.clone(), "the API's listener", public.run())),
        tokio::spawn(supervised(app.clone(), "the admin listener", admin.run())),
    ];
    Ok(Running {
        app,
        address,
        admin_address,
        servers,
    })
}

/// This node, before it has a number.
fn node(version: &str, (address, admin_address): (String, String), now: EpochMs) -> Node {
    Node {
        number: 0,
        version: version.to_owned(),
        address,
        admin_address,
        started_at: now,
        alive_until: now,
        is_draining: false,
    }
}

/// Adds this node to those that serve from the database. One whose customers are simulated in its own process is the only one.
async fn join(
    store: &Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    node: Node,
    is_alone: bool,
    has_own_simulator: bool,
) -> Result<Node, StartError> {
    if is_alone {
        // Those that are listed were killed: they would count as alive for a while.
        store.forget_dead_nodes(EpochMs(i64::MAX)).await?;
    }
    let node = workers::join(store, node, || draw_node(entropy.as_ref())).await?;
    // Before anything is leased by it.
    clock.follow(node.started_at.0);
    if !has_own_simulator || !store.has_many_servers() {
        return Ok(node);
    }
    // One that was killed counts as alive for a while.
    let patience = Duration::from_millis(workers::LASTS_MS + 1_000);
    let since = Instant::now();
    let beat = || NodeBeat {
        number: node.number,
        now: EpochMs(clock.now_ms()),
        lasts_ms: workers::LASTS_MS,
        is_draining: false,
    };
    while let Some(other) = workers::another(store, beat()).await? {
        if since.elapsed() > patience {
            store.leave_node(node.number).await?;
            return Err(StartError::OtherSandbox(other.address));
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    Ok(node)
}

/// Everything that the gateway consists of, as it is at the start.
fn build_app(parts: Dependencies, node: &Node, offsets: Vec<(ProjectId, i64)>, is_held: bool) -> App {
    let settings = parts.settings;
    let (counters, pg_calls) = (Arc::new(Counters::default()), Arc::new(PgCallLog::default()));
    let ledger = Ledger::new(
        parts.store,
        &parts.pepper,
        sandbox_credentials::rule(settings.mode),
        stats::observer(counters.clone(), parts.clock.clone()),
    );
    let pgs = ProjectPgs::new(ledger.projects.clone(), parts.connectors, parts.pepper.clone());
    let connector = Arc::new(RecordingConnector::new(Arc::new(pgs), pg_calls.clone()));
    let pg = Pg::new(connector, &settings.limits);
    let clocks = ProjectClocks::new(parts.clock, settings.mode, offsets);
    let own = PepperAndIds {
        pepper: parts.pepper,
        ids: IdGenerator::of_node(node.number, parts.entropy.as_ref()),
    };
    let services = Arc::new(Services {
        debits_held: AtomicBool::new(is_held),
        began_alone: parts.is_alone,
        ..Services::new(ledger, pg, clocks, settings, node.address.clone(), own)
    });
    App {
        auth: Auth::new(services.clone(), parts.entropy),
        sandbox: Sandbox::new(services.clone(), parts.simulator),
        ops: Arc::new(Ops::new(services.clone(), counters, pg_calls)),
        openapi_json: OnceLock::new(),
        broken: watch::Sender::new(None),
        services,
    }
}

/// What is there before anybody is answered.
async fn prepare(app: &Arc<App>, is_alone: bool) -> Result<(), StartError> {
    let (services, now) = (&app.services, app.services.clocks.machine_now());
    services.ledger.projects.refresh(services.store(), now).await?;
    if is_alone && let Err(error) = services.store().free_all_consents(now).await {
        tracing::warn!(%error, "open issuances are taken up when the leases of the last run have run out");
    }
    workers::take_up_at_start(app).await;
    Ok(())
}

/// The console is at home on the API's listener in a sandbox, and in live mode on the private one only.
fn routers(app: &Arc<App>, metrics: MetricsText, pages: Router, console: Option<Pages>) -> (Router, Router) {
    let pages = pages.layer(axum::middleware::from_fn(http::of_searches));
    let api = router(app.clone()).merge(pages.clone()).merge(http::favicon());
    let private = http::admin(app.clone(), metrics).merge(pages).merge(http::favicon());
    let Some(make) = console else { return (api, private) };
    let pages = make(OperatorService::over(app));
    if app.services.is_sandbox() {
        (api.merge(pages), private)
    } else {
        (api, private.merge(pages))
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}
