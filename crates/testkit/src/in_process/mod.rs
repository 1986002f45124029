//! A gateway, its store and the simulated PG, in this process.

mod back_office;
mod hosted;
mod limited;
mod node;
mod operator;
mod projects;
mod settings;
mod threads;
mod time;
mod tosspay;
mod webhooks;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::EpochMs;
use domain::fingerprint::Pepper;
use domain::project::{Project, SecretKind};
use gateway::{IdGenerator, hash_secret};
use seams::{Clock, Entropy, OsEntropy, TestClock};
use simulator::{RunningSimulator, SimulatorConfig};
use store::{NewSecret, Store};

use settings::any_port;

use node::Among;
pub use node::Node;
use projects::project;
pub use settings::{Apart, PgUnderTest, TestSettings};
pub use threads::Frozen;

use crate::database::Database;
use crate::{Merchant, SimulatedPg};

/// 2026-01-02T03:04:05+09:00
pub const START_MS: i64 = 1_767_290_645_000;

/// A project's credentials are made of its name: `sandbox_client_key`, `sandbox_secret_key`, …
pub const SANDBOX: &str = "sandbox";
/// A second merchant, who must see nothing of the first.
pub const OTHER: &str = "other";

/// Everything that runs. Ends with [`stop`](Self::stop).
pub struct TestGateway {
    /// Of gateway and PG; it stands still until it is moved.
    pub clock: TestClock,
    /// The PG's control API.
    pub pg: SimulatedPg,
    /// The first, and mostly the only, of the gateways over the store.
    pub node: Node,
    store: Store,
    rest: Rest,
}

/// What goes on while the gateway is down: the PG, the clock and what is on disk.
pub struct Down {
    /// Of the PG and the next gateway.
    pub clock: TestClock,
    rest: Rest,
}

struct Rest {
    simulator: RunningSimulator,
    pepper: Pepper,
    projects: Vec<Project>,
    plan: TestSettings,
    database: Database,
    /// The gateway that its projects have for their PG, where they have one.
    hosted: Option<Box<TestGateway>>,
}

impl TestGateway {
    /// The default sandbox.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A sandbox that `change` has made different.
    pub async fn with(change: impl FnOnce(&mut TestSettings)) -> Self {
        let mut plan = TestSettings::default();
        change(&mut plan);
        Self::planned(plan).await
    }

    async fn planned(mut plan: TestSettings) -> Self {
        let hosted = match plan.pg {
            PgUnderTest::Nicepay | PgUnderTest::Tosspay => None,
            PgUnderTest::Hosted => Some(Box::new(Box::pin(Self::start_hosted(&mut plan)).await)),
        };
        let database = Database::fresh();
        let clock = plan.clock.clone().unwrap_or_else(|| TestClock::at_ms(plan.start_ms));
        let (time, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>) = (Arc::new(clock.clone()), Arc::new(OsEntropy));
        let pepper = Pepper::new([7; 32]);
        let store = database.open().await;
        let mint = IdGenerator::of_command(entropy.as_ref());
        let config = SimulatorConfig {
            answer_delay_ms: plan.answer_delay.as_millis() as u64,
            ..SimulatorConfig::sandbox(any_port())
        };
        let simulator = simulator::start(config, time, entropy).await.unwrap();
        let mut projects = Vec::new();
        for name in [SANDBOX, OTHER] {
            let mut project = project(name, &plan, &mint, &pepper);
            if let Some(hosted) = &hosted {
                project.pg = hosted::pg_at(hosted, &project, &pepper);
            }
            if plan.pg == PgUnderTest::Tosspay {
                project.pg = tosspay::pg_at(&simulator, &project, &pepper);
            }
            store.create_project(project.clone()).await.unwrap();
            projects.push(project);
        }
        let rest = Rest {
            simulator,
            pepper,
            projects,
            plan,
            database,
            hosted,
        };
        Down { clock, rest }.open(store).await
    }

    /// Stops the gateway as an operator does; everything else goes on.
    pub async fn down(self) -> Down {
        self.node.running.stop().await;
        Down {
            clock: self.clock,
            rest: self.rest,
        }
    }

    /// Ends the gateway as a power cut does: every task stops where it waits, and nothing is finished.
    pub async fn crash(self) -> Down {
        self.node.kill();
        drop(self.store);
        self.rest.database.wait_for_the_dead().await;
        Down {
            clock: self.clock,
            rest: self.rest,
        }
    }

    /// The merchant `sandbox`, with its current credentials.
    pub fn merchant(&self) -> Merchant {
        self.merchant_named(SANDBOX)
    }

    /// A project by its name, with its current credentials.
    pub fn merchant_named(&self, name: &str) -> Merchant {
        self.node.merchant_named(name)
    }

    /// A client without credentials.
    pub fn anybody(&self) -> Merchant {
        self.node.anybody()
    }

    /// Replaces a secret of the project `sandbox`; the old one stays valid for `overlap`.
    pub async fn rotate(&self, kind: SecretKind, secret: &str, overlap: Duration) {
        let rotated = self.store.rotate_secret(NewSecret {
            project_id: self.rest.projects[0].id,
            kind,
            hash: hash_secret(&self.rest.pepper, kind, secret),
            others_expire_at: EpochMs(self.clock.now_ms()).plus_ms(overlap.as_millis() as u64),
        });
        rotated.await.unwrap();
    }

    /// Lets time pass while `work` goes on: a tenth of a second at a step, with room for the sockets in between.
    pub async fn while_time_passes<T>(&self, work: impl Future<Output = T>) -> T {
        self.while_steps(Duration::from_millis(100), work).await
    }

    /// The same at a tenth of the speed: what two gateways do to one row at once takes a few steps of the clock and not seconds.
    pub async fn while_time_creeps<T>(&self, work: impl Future<Output = T>) -> T {
        self.while_steps(Duration::from_millis(10), work).await
    }

    async fn while_steps<T>(&self, step: Duration, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                done = work.as_mut() => return done,
                () = tokio::time::sleep(Duration::from_millis(1)) => self.clock.advance(step),
            }
        }
    }

    /// Lets time pass until `look` finds something.
    pub async fn eventually<T>(&self, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        for _look in 0..2_000 {
            if let Some(found) = self.while_time_passes(look()).await {
                return found;
            }
            self.while_time_passes(tokio::time::sleep(Duration::from_millis(2)))
                .await;
        }
        panic!("what should have happened by now has not");
    }

    /// Lets `time` pass in `step`s, with room for the sockets after each.
    pub async fn pass(&self, time: Duration, step: Duration) {
        let mut passed = Duration::ZERO;
        while passed < time {
            self.clock.advance(step);
            passed += step;
            tokio::time::sleep(Duration::from_millis(4)).await;
        }
    }

    /// Gives the workers real time, while the clock stands still.
    pub async fn settle(&self) {
        tokio::time::sleep(Duration::from_millis(60)).await;
    }

    /// Where an operator reaches it.
    pub fn admin_address(&self) -> SocketAddr {
        self.node.running.admin_address()
    }

    /// What its secrets are hashed with.
    pub fn pepper(&self) -> Pepper {
        self.rest.pepper.clone()
    }

    /// A project by its name.
    pub fn project(&self, name: &str) -> &Project {
        let project = self.rest.projects.iter().find(|project| project.name == name);
        project.expect("SANDBOX or OTHER")
    }

    /// What is on disk.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Where the store is.
    pub fn folder(&self) -> &std::path::Path {
        self.rest.database.path()
    }

    /// Stops everything, the gateway first.
    pub async fn stop(self) {
        self.node.running.stop().await;
        self.rest.simulator.stop().await;
        if let Some(hosted) = self.rest.hosted {
            Box::pin(hosted.stop()).await;
        }
    }
}

impl Down {
    /// Starts a gateway on the same store.
    pub async fn up(self) -> TestGateway {
        let store = self.rest.database.open().await;
        self.open(store).await
    }

    async fn open(self, store: Store) -> TestGateway {
        let Self { clock, rest } = self;
        TestGateway {
            node: Node::start(&rest, &clock, store.clone(), Among::Alone).await,
            pg: match &rest.hosted {
                Some(hosted) => SimulatedPg::at(&hosted.rest.simulator.url()),
                None => SimulatedPg::at(&rest.simulator.url()),
            },
            clock,
            store,
            rest,
        }
    }
}
