//! A gateway with a store that the test can reach, and the simulated PG.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::EpochMs;
use domain::fingerprint::Pepper;
use domain::project::{Guard, IssuedStatus, Project, SecretHash, SecretKind};
use domain::webhook_delivery::{Delivery, DeliveryState};
use gateway::{Dependencies, IdMint, Limits, Mode, Settings, Timing, hash_secret};
use pg::{NicePay, NicePaySettings};
use seams::{Clock, Entropy, OsEntropy, TestClock};
use serde_json::{Value, json};
use simulator::{RunningSimulator, SANDBOX_CLIENT_KEY, SANDBOX_SECRET_KEY, SimulatorConfig};
use store::{SqliteOptions, Store};
use tempfile::TempDir;

use testkit::merchant::Merchant;

/// 2026-01-02T03:04:05+09:00
pub const START_MS: i64 = 1_767_290_645_000;

pub struct WebhookBench {
    pub clock: TestClock,
    pub store: Store,
    pub project: Project,
    pub pepper: Pepper,
    gateway: gateway::Running,
    bank: RunningSimulator,
    folder: TempDir,
    mode: Mode,
}

impl WebhookBench {
    pub async fn sandbox() -> Self {
        Self::start(Mode::Sandbox).await
    }

    pub async fn start(mode: Mode) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = TestClock::at_ms(START_MS);
        let (time, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>) = (Arc::new(clock.clone()), Arc::new(OsEntropy));
        let pepper = Pepper::new([7; 32]);
        let store = open(&folder);
        let project = project(&pepper, &entropy);
        store.create_project(project.clone()).await.unwrap();
        let config = SimulatorConfig {
            answer_delay_ms: 0,
            ..SimulatorConfig::sandbox(any_port())
        };
        let bank = simulator::start(config, time, entropy).await.unwrap();
        let gateway = serve(mode, &store, &clock, &bank, &pepper).await;
        Self {
            clock,
            store,
            project,
            pepper,
            gateway,
            bank,
            folder,
            mode,
        }
    }

    /// Stops the gateway, and starts another on the same database.
    pub async fn restart(self, while_down: impl AsyncFnOnce()) -> Self {
        self.gateway.stop().await;
        while_down().await;
        let store = open(&self.folder);
        let gateway = serve(self.mode, &store, &self.clock, &self.bank, &self.pepper).await;
        Self { store, gateway, ..self }
    }

    pub fn merchant(&self) -> Merchant {
        Merchant::at(format!("http://{}", self.gateway.address())).basic("shop_client_key", "shop_secret_key")
    }

    /// Everybody is told at `url` from now on.
    pub async fn tell(&self, url: &str) {
        self.store
            .set_webhook(self.project.id, Some(url.to_owned()))
            .await
            .unwrap();
        self.reread().await;
    }

    /// The gateway reads its projects again.
    pub async fn reread(&self) {
        self.pass(Duration::from_secs(2), Duration::from_millis(500)).await;
    }

    pub async fn pass(&self, time: Duration, step: Duration) {
        let mut passed = Duration::ZERO;
        while passed < time {
            self.clock.advance(step);
            passed += step;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// A paid order; its receipt id.
    pub async fn paid(&self, order_id: &str, changes: Value) -> String {
        let merchant = self.merchant();
        let key = merchant.key().await;
        let mut order = json!({ "order_id": order_id });
        order
            .as_object_mut()
            .unwrap()
            .extend(changes.as_object().unwrap().clone());
        merchant.charge(&key, order).await.expect(200).text("receipt_id")
    }

    pub async fn deliveries(&self, receipt_id: &str) -> Vec<Delivery> {
        self.store.deliveries_of(receipt_id.parse().unwrap()).await.unwrap()
    }

    /// Lets time pass at a tenth of a second a step until none of the receipt's deliveries is pending.
    pub async fn settled(&self, receipt_id: &str) -> Vec<Delivery> {
        self.eventually(async || {
            let deliveries = self.deliveries(receipt_id).await;
            let is_over = !deliveries.is_empty() && deliveries.iter().all(|told| told.state != DeliveryState::Pending);
            is_over.then_some(deliveries)
        })
        .await
    }

    pub async fn eventually<T>(&self, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        for _look in 0..2_000 {
            if let Some(found) = look().await {
                return found;
            }
            self.clock.advance(Duration::from_millis(100));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("what should have happened by now has not");
    }

    pub async fn stop(self) {
        self.gateway.stop().await;
        self.bank.stop().await;
    }
}

fn open(folder: &TempDir) -> Store {
    Store::open_sqlite(&SqliteOptions::in_folder(folder.path())).unwrap()
}

fn project(pepper: &Pepper, entropy: &Arc<dyn Entropy>) -> Project {
    let secret = |kind: SecretKind| SecretHash {
        kind,
        hash: hash_secret(pepper, kind, &format!("shop_{}", kind.name())),
        expires_at: None,
    };
    Project {
        id: IdMint::new(entropy).project(EpochMs(START_MS)),
        name: "shop".to_owned(),
        company_name: "우리 가게".to_owned(),
        application_id: "shop_application_id".to_owned(),
        client_key: "shop_client_key".to_owned(),
        secrets: vec![secret(SecretKind::SecretKey), secret(SecretKind::PrivateKey)],
        issued_status: IssuedStatus::Documented,
        guard: Guard::default(),
        allowed_ips: Vec::new(),
        created_at: EpochMs(START_MS),
        webhook: domain::project::Webhook::default(),
    }
}

async fn serve(
    mode: Mode,
    store: &Store,
    clock: &TestClock,
    bank: &RunningSimulator,
    pepper: &Pepper,
) -> gateway::Running {
    let time: Arc<dyn Clock> = Arc::new(clock.clone());
    let pg = NicePaySettings {
        base_url: bank.url(),
        client_key: SANDBOX_CLIENT_KEY.to_owned(),
        secret_key: SANDBOX_SECRET_KEY.to_owned().into(),
        connect_timeout: Duration::from_secs(2),
        read_timeout: Duration::from_secs(20),
        calls_max: 64,
        queue_wait: Duration::from_secs(10),
    };
    let parts = Dependencies {
        settings: settings(mode),
        store: store.clone(),
        connector: Arc::new(NicePay::new(pg).unwrap()),
        clock: time,
        entropy: Arc::new(OsEntropy),
        pepper: pepper.clone(),
        metrics: Arc::new(String::new),
        console: None,
        pages: axum::Router::new(),
        simulator: None,
    };
    gateway::start(parts).await.unwrap()
}

fn settings(mode: Mode) -> Settings {
    Settings {
        mode,
        listen: any_port(),
        admin_listen: any_port(),
        public_url: None,
        tls: None,
        behind_proxy: false,
        trusted_proxies: 0,
        closed: None,
        timing: Timing {
            consent_hold: Duration::from_secs(8),
            consent_limit: Duration::from_secs(600),
            publish_wait: Duration::from_secs(5),
            start_grace: Duration::from_secs(40),
            net_cancel_within: Duration::from_secs(50 * 60),
            verdict_quiet: Duration::from_secs(60),
            reserve_retry_within: Duration::from_secs(24 * 60 * 60),
            client_patience: Duration::from_secs(10),
            drain: Duration::from_secs(1),
        },
        limits: Limits {
            connections: 1000,
            body_bytes: 64 * 1024,
            open_consents: 1000,
            open_payments: 1000,
            reserves_at_once: 64,
            requests_per_second: 10_000,
            polls_per_second: 1000,
        },
    }
}

fn any_port() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}
