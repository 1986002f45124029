//! Starting and stopping a gateway.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use axum::Router;
use dashmap::{DashMap, DashSet};
use domain::ProjectId;
use domain::fingerprint::Pepper;
use futures_util::FutureExt;
use pg::Connector;
use seams::{Clock, Entropy};
use store::Store;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::auth::projects::{Projects, keep_fresh};
use crate::auth::rate::Rates;
use crate::board::Board;
use crate::bustle::Bustle;
use crate::clocks::Clocks;
use crate::consent::pace::Pace;
use crate::desk::{Attempts, Desk, Pages};
use crate::exchanges::{Exchanges, Watched};
use crate::house::House;
use crate::http::server::Server;
use crate::http::{MetricsText, Readiness, connection_terms, router};
use crate::ids::IdMint;
use crate::notices::Notices;
use crate::overview::{Looks, Tallies};
use crate::reach::Reach;
use crate::requests::{RequestPace, Ring};
use crate::sandbox::{Bells, Listeners, Simulator};
use crate::settings::Settings;
use crate::webhook::Courier;
use crate::{http, overview, worker};

/// What a gateway is put together from: the settings, the store, and the seams.
pub struct Parts {
    pub settings: Settings,
    pub store: Store,
    pub connector: Arc<dyn Connector>,
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
}

/// A gateway that answers. Stop it with [`stop`](Self::stop).
pub struct Running {
    house: Arc<House>,
    address: SocketAddr,
    admin_address: SocketAddr,
    servers: Vec<JoinHandle<()>>,
}

/// Opens the listeners, takes up what the last process left, and serves.
pub async fn start(mut parts: Parts) -> Result<Running, StartError> {
    let settings = &parts.settings;
    let tls = settings
        .tls
        .as_ref()
        .map(http::tls_acceptor)
        .transpose()
        .map_err(StartError::Tls)?;
    let courier = Courier::new(settings.mode).map_err(|error| StartError::Webhooks(error.to_string()))?;
    let (listener, address) = listen(settings.listen).await?;
    let (admin_listener, admin_address) = listen(settings.admin_listen).await?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let leads = parts.store.leads().await?;
    let is_held = parts.store.installation().await?.held.is_some();
    let (metrics, pages, console) = (parts.metrics.clone(), parts.pages.clone(), parts.console.take());
    let house = Arc::new(furnished(parts, format!("{scheme}://{address}"), leads, is_held));
    metrics::gauge!("jadong_debits_held").set(if is_held { 1.0 } else { 0.0 });
    take_up(&house).await?;
    set_to_work(&house, courier, metrics.clone());
    let limits = house.settings.limits;
    let (api, private) = routers(&house, metrics, pages, console);
    let full = http::server::full(&house.public_url);
    let public = Server {
        terms: connection_terms(&house, api, tls.is_some()),
        listener,
        tls,
        connections_max: limits.connections,
        full: full.clone(),
    };
    let admin = Server {
        listener: admin_listener,
        tls: None,
        // Its streams are fewer, so that nobody's open pages keep a monitor or `jadong settle` out.
        connections_max: 256,
        terms: connection_terms(&house, private, false),
        full,
    };
    let servers = vec![
        tokio::spawn(tended(house.clone(), "the API's listener", public.run())),
        tokio::spawn(tended(house.clone(), "the admin listener", admin.run())),
    ];
    Ok(Running {
        house,
        address,
        admin_address,
        servers,
    })
}

/// Everything that the services share, as it is at the start. `own_url` is where it listens.
fn furnished(parts: Parts, own_url: String, leads: Vec<(ProjectId, i64)>, is_held: bool) -> House {
    let settings = parts.settings;
    let exchanges = Arc::new(Exchanges::default());
    House {
        public_url: settings.public_url.clone().unwrap_or(own_url),
        ids: IdMint::new(&parts.entropy),
        projects: Projects::default(),
        rates: Rates::new(settings.limits.requests_per_second),
        board: Arc::new(Board::new(settings.limits.open_consents)),
        payments: Arc::new(Board::new(settings.limits.open_payments)),
        cancels: Arc::new(Board::new(settings.limits.open_payments)),
        cash_receipts: Arc::new(Board::new(settings.limits.open_payments)),
        ladders: Arc::new(Board::new(settings.limits.open_payments)),
        reach: Reach::default(),
        pace: Pace::new(settings.limits.polls_per_second),
        tallies: Tallies::default(),
        looks: Looks::default(),
        requests: Ring::default(),
        calm: RequestPace::default(),
        tasks: TaskTracker::new(),
        stopping: CancellationToken::new(),
        store: parts.store,
        connector: Arc::new(Watched::new(parts.connector, exchanges.clone())),
        clocks: Clocks::new(parts.clock, settings.mode, leads),
        entropy: parts.entropy,
        pepper: parts.pepper,
        bustle: Bustle::new(settings.mode),
        moving: DashMap::new(),
        notices: Notices::default(),
        exchanges,
        unrecorded: DashSet::new(),
        held: AtomicBool::new(is_held),
        readiness: Readiness::default(),
        broken: watch::Sender::new(None),
        document: OnceLock::new(),
        listeners: Listeners::default(),
        simulator: parts.simulator,
        bells: Bells::default(),
        sign_ins: Attempts::default(),
        settings,
    }
}

/// What the last process left.
async fn take_up(house: &Arc<House>) -> Result<(), StartError> {
    house.projects.refresh(&house.store).await?;
    let taken_up = worker::recover(house).await?;
    if taken_up > 0 {
        tracing::info!(taken_up, "issuances of the last run were taken up again");
    }
    Ok(())
}

/// Starts what goes on beside the requests, until the gateway stops.
fn set_to_work(house: &Arc<House>, courier: Courier, metrics: MetricsText) {
    let work = |name, work| house.tasks.spawn(tended(house.clone(), name, work));
    work("the projects' reader", keep_fresh(house.clone()).boxed());
    work("the consents' worker", worker::expire_consents(house.clone()).boxed());
    work("the keys' worker", worker::tell_pg(house.clone()).boxed());
    work("the verdicts' worker", worker::verdicts(house.clone()).boxed());
    work(
        "the cash receipts' worker",
        worker::cash_receipts(house.clone()).boxed(),
    );
    work("the reserves' worker", worker::reserves(house.clone()).boxed());
    work(
        "the webhooks' worker",
        worker::deliveries(house.clone(), courier).boxed(),
    );
    work("the overview's keeper", overview::keep(house.clone(), metrics).boxed());
}

/// Work that goes on until the gateway stops. That it ends before, by a panic or a bug, is no state to go on in.
async fn tended(house: Arc<House>, name: &'static str, work: impl Future<Output = ()>) {
    let ended = AssertUnwindSafe(work).catch_unwind().await;
    if !house.stopping.is_cancelled() {
        tracing::error!(
            part = name,
            panicked = ended.is_err(),
            "a part of the gateway has ended by itself"
        );
        house.broken.send_replace(Some(name));
    }
}

/// The console is at home on the API's listener in a sandbox, and in live mode on the private one only.
fn routers(house: &Arc<House>, metrics: MetricsText, pages: Router, console: Option<Pages>) -> (Router, Router) {
    let pages = pages.layer(axum::middleware::from_fn(http::of_searches));
    let api = router(house.clone()).merge(pages.clone()).merge(http::favicon());
    let private = http::admin(house.clone(), metrics).merge(pages).merge(http::favicon());
    let Some(make) = console else { return (api, private) };
    let pages = make(Desk::over(house));
    if house.is_sandbox() {
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

impl Running {
    /// Where the API is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where `/metrics` is.
    #[must_use]
    pub fn admin_address(&self) -> SocketAddr {
        self.admin_address
    }

    /// `gateway_url` as answers carry it.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.house.public_url
    }

    /// Resolves with the name of a part of the gateway that has ended by itself. It must be stopped then: what it answers is
    /// no longer safe, or it answers nothing.
    pub async fn broken(&self) -> &'static str {
        let mut broken = self.house.broken.subscribe();
        tokio::select! {
            part = broken.wait_for(Option::is_some) => part.ok().and_then(|part| *part).unwrap_or("the gateway"),
            () = self.house.store.ended() => "a thread of the store",
        }
    }

    /// Takes no more, answers what is in flight (held requests at once), finishes writes, and closes the store.
    pub async fn stop(self) {
        self.house.stopping.cancel();
        let drained = async {
            for server in self.servers {
                let _ = server.await;
            }
            self.house.tasks.close();
            self.house.tasks.wait().await;
            // What was counted while the last of it ended.
            overview::write(&self.house).await;
        };
        if tokio::time::timeout(self.house.settings.timing.drain, drained)
            .await
            .is_err()
        {
            tracing::warn!("not everything in flight was finished in time; the next start takes it up");
        }
        self.house.store.close().await;
    }
}
