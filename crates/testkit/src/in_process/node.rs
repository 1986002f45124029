//! One gateway of several over one store. Their PG, clock and keys are the same; listeners, memory and threads are their own.

use std::net::SocketAddr;
use std::sync::Arc;

use gateway::{Dependencies, Mode};
use pg::{Capabilities, Connector, Connectors, NicePay, NicePaySettings};
use seams::{OsEntropy, TestClock};
use store::Store;
use tokio::net::TcpStream;

use super::limited::Limited;
use super::projects::credentials_of;
use super::settings::{call_times, pg_settings, settings};
use super::threads::{Frozen, Threads};
use super::{Apart, Rest, SANDBOX};
use crate::relay::Relay;
use crate::{Merchant, PATIENCE, TestGateway, until};

/// The store's failpoint, by the name of a thread.
const STORE_CUT_OFF: &str = "store_cut_off";

/// A gateway that listens.
pub struct Node {
    /// Where its API is.
    pub address: SocketAddr,
    pub(super) running: gateway::Running,
    threads: Threads,
    mode: Mode,
    /// Its own line to the PG, where it runs apart.
    relay: Option<Relay>,
}

fn configured(pg: NicePaySettings, clock: &TestClock, limit: Option<fn(&mut Capabilities)>) -> Arc<dyn Connector> {
    let inner: Arc<dyn Connector> = Arc::new(NicePay::new(pg, Arc::new(clock.clone())).unwrap());
    let Some(limit) = limit else { return inner };
    let mut can = inner.capabilities(None);
    limit(&mut can);
    Arc::new(Limited { inner, can })
}

/// Who else has the store when a gateway starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Among {
    Alone,
    Others,
}

impl Node {
    pub(super) async fn start(rest: &Rest, clock: &TestClock, store: Store, among: Among) -> Self {
        let (apart, is_alone) = match among {
            Among::Alone => (rest.plan.apart, true),
            Among::Others => (Apart::Apart, false),
        };
        let mut pg = pg_settings(&rest.plan, &rest.simulator);
        let mut relay = None;
        if apart == Apart::Apart {
            let line = Relay::to(rest.simulator.url().trim_start_matches("http://").parse().unwrap()).await;
            pg.base_url = format!("http://{}", line.address);
            relay = Some(line);
        }
        let threads = Threads::of(apart);
        let store = threads.run(rest.database.open_beside(store)).await;
        let gateway = gateway::start(Dependencies {
            settings: settings(&rest.plan),
            store,
            is_alone,
            version: "test",
            connectors: Connectors::new(
                Some(configured(pg, clock, rest.plan.limit_pg)),
                call_times(&rest.plan),
                Arc::new(clock.clone()),
            ),
            clock: Arc::new(clock.clone()),
            entropy: Arc::new(OsEntropy),
            pepper: rest.pepper.clone(),
            metrics: Arc::new(String::new),
            pages: axum::Router::new(),
            simulator: None,
            console: None,
        });
        let running = threads.run(gateway).await.unwrap();
        Self {
            address: running.address(),
            running,
            threads,
            mode: rest.plan.mode,
            relay,
        }
    }

    /// A client without credentials.
    pub fn anybody(&self) -> Merchant {
        Merchant::at(&format!("http://{}", self.address))
    }

    /// A project by its name, with its current credentials.
    pub fn merchant_named(&self, name: &str) -> Merchant {
        let name = credentials_of(name, self.mode);
        self.anybody()
            .basic(&format!("{name}_client_key"), &format!("{name}_secret_key"))
    }

    /// The merchant `sandbox`, with its current credentials.
    pub fn merchant(&self) -> Merchant {
        self.merchant_named(SANDBOX)
    }

    /// Stops it where it is, as a machine that is paused.
    pub async fn freeze(&self) -> Frozen {
        self.threads.freeze().await
    }

    /// Stops it when it comes to this failpoint.
    pub fn freeze_at(&self, point: &'static str) -> Frozen {
        self.threads.freeze_at(point)
    }

    /// Cuts it off from the PG: connections break, and new ones are refused.
    pub async fn cut_from_pg(&self) {
        self.relay().cut();
        until(PATIENCE, async || {
            match TcpStream::connect(self.relay().address).await {
                Ok(_) => Err("somebody listens"),
                Err(_) => Ok(()),
            }
        })
        .await;
    }

    /// It reaches the PG again.
    pub fn reaches_pg_again(&self) {
        self.relay().mend();
    }

    /// Cuts it off from the store, one gateway at a time: nothing is read, and nothing is written.
    pub fn cut_from_store(&self) {
        fail::cfg(STORE_CUT_OFF, &format!("return({})", self.threads.name())).unwrap();
    }

    /// It reaches the store again.
    pub fn reaches_store_again(&self) {
        fail::remove(STORE_CUT_OFF);
    }

    fn relay(&self) -> &Relay {
        self.relay.as_ref().expect("it runs apart")
    }

    /// Ends it as a power cut does: every task stops where it waits, connections break, nothing is finished.
    pub fn kill(self) {
        drop(self.threads);
    }

    /// Stops it as an operator does. The store goes on for the others.
    pub async fn leave(self) {
        self.running.drain().await;
    }
}

impl TestGateway {
    /// Another gateway over the same store, PG, clock and keys, on threads of its own.
    pub async fn another(&self) -> Node {
        Node::start(&self.rest, &self.clock, self.store.clone(), Among::Others).await
    }
}
