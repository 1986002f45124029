//! Starting and stopping the backend, and its routes.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{delete, get, post};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::exchanges::Exchanges;
use crate::gateway::Gateway;
use crate::service_db::ServiceDb;
use crate::{confirm, customer, exchanges, signup};

/// No request of this backend is larger than a form.
const BODY_BYTES_MAX: usize = 16 * 1024;
/// How long `stop` waits for requests in flight.
const DRAIN: Duration = Duration::from_secs(5);

/// Where the merchant listens, which gateway it uses and where its service DB is. Has no `Debug`: it holds a secret.
pub struct MerchantConfig {
    /// Port 0 takes a free one; see [`RunningMerchant::addr`].
    pub listen: SocketAddr,
    /// Without a path, for example `http://127.0.0.1:4141`.
    pub gateway_url: String,
    pub client_key: String,
    pub secret_key: String,
    /// The SQLite file; created when it is not there. Its folder must exist.
    pub db_path: PathBuf,
    /// For one call to the gateway. Must be longer than the time the gateway holds a request for the consent (8 s).
    pub call_timeout: Duration,
}

impl MerchantConfig {
    /// Longer than the gateway's consent hold, shorter than a browser's patience.
    pub const CALL_TIMEOUT: Duration = Duration::from_secs(15);
}

/// What every handler is given.
#[derive(Clone)]
pub(crate) struct Shop {
    pub gateway: Gateway,
    pub db: ServiceDb,
    pub exchanges: Exchanges,
}

/// A merchant that is up. Dropping it without [`stop`](Self::stop) stops it too, without waiting.
pub struct RunningMerchant {
    addr: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl RunningMerchant {
    /// Where it really listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Takes no new requests, finishes those in flight (5 s at most) and returns.
    ///
    /// # Errors
    /// When the server task failed.
    pub async fn stop(self) -> anyhow::Result<()> {
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
    let gateway = Gateway::new(&config, exchanges.clone())?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("listening on {}", config.listen))?;
    let addr = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let app = routes(Shop { gateway, db, exchanges });
    let serving = tokio::spawn(async move {
        axum::serve(listener, app)
            .with_graceful_shutdown(async move {
                // Both a send and a dropped sender mean: stop.
                let _ = stopped.await;
            })
            .await
    });
    Ok(RunningMerchant { addr, stop, serving })
}

fn routes(shop: Shop) -> Router {
    Router::new()
        .route("/signup", post(signup::signup))
        .route("/signup/{receipt_id}/confirm", post(confirm::confirm))
        .route("/customers/{customer_id}", get(customer::show))
        .route("/customers/{customer_id}/billing", delete(customer::destroy))
        .route("/exchanges", get(exchanges::list))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(shop)
}
