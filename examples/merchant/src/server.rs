//! Starting and stopping the backend, and its routes.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::routing::{delete, get, post};
use client::webhook::Verifier;
use client::{Client, Credentials, Retries};
use jiff::civil::Date;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::db::ServiceDb;
use crate::exchanges::Exchanges;
use crate::seal::MasterKey;
use crate::shop::Shop;
use crate::{confirm, customer, exchanges, monthly, pages, signup, webhook};

/// No request of a browser is larger than a form; webhooks can be.
const BODY_BYTES_MAX: usize = 16 * 1024;
const WEBHOOK_BYTES_MAX: usize = 1024 * 1024;
/// How long `stop` waits for requests in flight.
const DRAIN: Duration = Duration::from_secs(5);

/// Where the merchant listens, which gateway it uses and where its service DB is. Has no `Debug`: it holds secrets.
pub struct MerchantConfig {
    /// Port 0 takes a free one; see [`RunningMerchant::addr`].
    pub listen: SocketAddr,
    /// Without a path, for example `http://127.0.0.1:4141`.
    pub gateway_url: String,
    /// The project's.
    pub client_key: String,
    /// The project's.
    pub secret_key: String,
    /// The SQLite file; created when it is not there. Its folder must exist.
    pub db_path: PathBuf,
    /// Seals the billing keys in it.
    pub master_key: MasterKey,
    /// For one call to the gateway. Must be longer than the time the gateway holds a request for the consent (8 s), and
    /// for charges longer than a debit may take (35 s).
    pub call_timeout: Duration,
    /// What is repeated by itself. `ByIdentity` before Jadong.
    pub retries: Retries,
    /// Whether the gateway's webhooks are taken.
    pub webhooks: Webhooks,
    /// Whether due months are charged by themselves.
    pub monthly: Monthly,
}

impl MerchantConfig {
    /// Longer than a debit may take at the gateway.
    pub const CALL_TIMEOUT: Duration = Duration::from_secs(40);
}

/// Whether `POST /webhooks` is there.
pub enum Webhooks {
    /// It is not; outcomes are found out by looking.
    Off,
    /// Signed with this secret, and asked for at this URL with each charge; without one, at the project's.
    Signed {
        /// `whsec_…`
        secret: String,
        /// Where the gateway reaches this merchant's `/webhooks`.
        url: Option<String>,
    },
}

/// Whether due months are charged by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Monthly {
    /// Looks this often.
    Every(Duration),
    /// Only when [`RunningMerchant::charge_due`] or `POST /monthly` says so.
    ByHand,
}

/// What the webhook endpoint is given besides.
#[derive(Clone)]
struct Hooked {
    shop: Shop,
    verifier: Verifier,
}

impl FromRef<Hooked> for Shop {
    fn from_ref(hooked: &Hooked) -> Self {
        hooked.shop.clone()
    }
}

impl FromRef<Hooked> for Verifier {
    fn from_ref(hooked: &Hooked) -> Self {
        hooked.verifier.clone()
    }
}

/// A merchant that is up. Dropping it without [`stop`](Self::stop) stops it too, without waiting.
pub struct RunningMerchant {
    addr: SocketAddr,
    shop: Shop,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
    worker: Option<JoinHandle<()>>,
}

impl RunningMerchant {
    /// Where it really listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Charges what is due on `today`, as the worker does.
    ///
    /// # Errors
    /// The service DB.
    pub async fn charge_due(&self, today: Date) -> anyhow::Result<monthly::Report> {
        let done = monthly::run(&self.shop, today).await;
        done.map_err(|error| anyhow::anyhow!("the monthly run: {error:?}"))
    }

    /// Takes no new requests, finishes those in flight (5 s at most) and returns.
    ///
    /// # Errors
    /// When the server task failed.
    pub async fn stop(self) -> anyhow::Result<()> {
        if let Some(worker) = self.worker {
            // Between two charges, so that none is cut off without need.
            let _between = tokio::time::timeout(DRAIN, self.shop.charging.lock()).await;
            worker.abort();
        }
        // A closed channel means that the server has ended already; the join below says how.
        let _ = self.stop.send(());
        let abort = self.serving.abort_handle();
        match tokio::time::timeout(DRAIN, self.serving).await {
            Ok(ended) => Ok(ended.context("the merchant's server task")??),
            Err(_elapsed) => {
                abort.abort();
                Ok(())
            }
        }
    }
}

/// Opens the service DB, binds and serves. Returns when connections are accepted.
///
/// # Errors
/// The DB cannot be opened, the address is taken, or the HTTP client cannot be built.
pub async fn start(config: MerchantConfig) -> anyhow::Result<RunningMerchant> {
    let db = ServiceDb::open(&config.db_path)
        .with_context(|| format!("opening the service DB {}", config.db_path.display()))?;
    let exchanges = Exchanges::default();
    let client = Client::builder(Credentials::keys(config.client_key, config.secret_key))
        .base_url(config.gateway_url)
        .timeout(config.call_timeout)
        .retries(config.retries)
        .no_proxy()
        .observer(Arc::new(exchanges.clone()))
        .build()?;
    let (verifier, webhook_url) = match config.webhooks {
        Webhooks::Off => (None, None),
        Webhooks::Signed { secret, url } => (Some(Verifier::new(&secret)?), url),
    };
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("listening on {}", config.listen))?;
    let addr = listener.local_addr()?;
    let shop = Shop {
        client,
        db,
        exchanges,
        master_key: config.master_key,
        webhook_url,
        charging: Arc::default(),
    };
    pages::resume(&shop)
        .await
        .map_err(|error| anyhow::anyhow!("going on with open sign-ups: {error:?}"))?;
    let (stop, stopped) = oneshot::channel::<()>();
    let app = routes(shop.clone(), verifier);
    let serving = tokio::spawn(async move {
        axum::serve(listener, app)
            .with_graceful_shutdown(async move {
                // Both a send and a dropped sender mean: stop.
                let _ = stopped.await;
            })
            .await
    });
    let worker = match config.monthly {
        Monthly::Every(pause) => Some(tokio::spawn(monthly::work(shop.clone(), pause))),
        Monthly::ByHand => None,
    };
    Ok(RunningMerchant {
        addr,
        shop,
        stop,
        serving,
        worker,
    })
}

fn routes(shop: Shop, verifier: Option<Verifier>) -> Router {
    let routes = Router::new()
        .route("/", get(pages::form))
        .route("/join", post(pages::join))
        .route("/join/{customer_id}", get(pages::wait))
        .route("/style.css", get(pages::style))
        .route("/signup", post(signup::signup))
        .route("/signup/{receipt_id}/confirm", post(confirm::confirm))
        .route("/customers/{customer_id}", get(customer::show))
        .route("/customers/{customer_id}/payments", get(customer::payments))
        .route("/customers/{customer_id}/billing", delete(customer::destroy))
        .route("/monthly", post(monthly::charge_by_hand))
        .route("/exchanges", get(exchanges::list))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(shop.clone());
    let Some(verifier) = verifier else { return routes };
    let hooks = Router::new()
        .route("/webhooks", post(webhook::receive))
        .layer(DefaultBodyLimit::max(WEBHOOK_BYTES_MAX));
    routes.merge(hooks.with_state(Hooked { shop, verifier }))
}
