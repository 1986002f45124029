//! A gateway that answers, and its end.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::app::App;
use crate::ops::stats;
use crate::services::Services;

/// A gateway that answers. Stop it with [`stop`](Self::stop).
pub struct Running {
    pub(crate) app: Arc<App>,
    pub(crate) address: SocketAddr,
    pub(crate) admin_address: SocketAddr,
    pub(crate) servers: Vec<JoinHandle<()>>,
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
        &self.app.services.public_url
    }

    /// Resolves with the name of a part of the gateway that has ended by itself. It must be stopped then: what it answers is
    /// no longer safe, or it answers nothing.
    pub async fn broken(&self) -> &'static str {
        let mut broken = self.app.broken.subscribe();
        tokio::select! {
            part = broken.wait_for(Option::is_some) => part.ok().and_then(|part| *part).unwrap_or("the gateway"),
            () = self.app.services.store().ended() => "a thread of the store",
        }
    }

    /// Says that it is not ready, and serves on until whoever sends it requests has had time to notice. Then it takes no more, answers
    /// what is in flight (held requests at once), finishes writes, gives its leases back, and closes the store.
    pub async fn stop(self) {
        let store = self.app.services.store().clone();
        self.drain().await;
        store.close().await;
    }

    /// The same, and leaves the store open: another gateway of this process may use it.
    pub async fn drain(self) {
        let app = self.app.clone();
        app.services.nodes.drain();
        tokio::time::sleep(app.services.settings.timing.drain_delay).await;
        self.app.services.stopping.cancel();
        let drained = async {
            for server in self.servers {
                let _ = server.await;
            }
            self.app.services.tasks.close();
            self.app.services.tasks.wait().await;
            // What was counted while the last of it ended.
            stats::write(&self.app.ops).await;
        };
        let patience = app.services.settings.timing.drain;
        match tokio::time::timeout(patience, drained).await {
            Ok(()) => leave(&app.services).await,
            // What is still at work keeps its leases until they run out.
            Err(_) => tracing::warn!("not everything in flight was finished in time; it is taken up later"),
        }
    }
}

/// What this node has leased and not begun is due at once for the others, who do not count it any more.
async fn leave(services: &Services) {
    let (leases, now) = (services.ids.leases(), services.clocks.machine_now());
    let left = async {
        services.store().give_back(leases, now).await?;
        services.store().leave_node(services.nodes.number).await
    };
    if let Err(error) = left.await {
        tracing::warn!(%error, "this node's leases run out by themselves");
    }
}
