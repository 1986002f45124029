//! A payments service from three parts: a ledger, a PG and a clock. No HTTP, no console, no worker.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use domain::fingerprint::Pepper;
use domain::ids::ObjectId;
use domain::key::{BillingKey, MaskedAccount};
use domain::payment::{ChargeFields, PaymentState};
use domain::project::{Guard, IssuedStatus, Project, UnknownKeys, Webhook};
use domain::{BillingKeyId, EpochMs, ErrorCode, ProjectId, ReceiptId};
use pg::{Connector, NicePay, NicePaySettings};
use seams::{Clock, Entropy, OsEntropy, TestClock};
use store::{SqliteOptions, Store};

use super::payment::{ChargeRequest, charge};
use super::{PepperAndIds, Pg, Services};
use crate::ledger::Ledger;
use crate::settings::{Limits, Mode, Settings, Timing};
use crate::support::{IdGenerator, ProjectClocks};

pub const NOW_MS: i64 = 1_767_000_000_000;

pub fn id(number: u32) -> ObjectId {
    ObjectId::from_parts(1, [0; 5], number)
}

fn settings() -> Settings {
    let second = Duration::from_secs(1);
    Settings {
        mode: Mode::Live,
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        admin_listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        public_url: None,
        tls: None,
        behind_proxy: false,
        trusted_proxies: 0,
        timing: Timing {
            consent_hold: second,
            consent_limit: second,
            publish_wait: second,
            send_within: 10 * second,
            start_grace: 40 * second,
            net_cancel_within: 3_000 * second,
            verdict_quiet: 60 * second,
            reserve_retry_within: second,
            client_patience: second,
            keep_alive: 100 * second,
            drain_delay: Duration::ZERO,
            drain: second,
        },
        limits: Limits {
            connections: 1,
            body_bytes: 1,
            open_consents: 1,
            open_payments: 1,
            reserves_at_once: 1,
            requests_per_second: 1,
            polls_per_second: 1,
        },
        closed: None,
        reconcile: None,
        retention: None,
    }
}

/// The connector to NICE Payments in front of whatever listens at `pg`.
fn nicepay(pg: SocketAddr, clock: &TestClock) -> Arc<dyn Connector> {
    let settings = NicePaySettings {
        base_url: format!("http://{pg}"),
        client_key: "client".to_owned(),
        secret_key: "0".repeat(32).into(),
        connect_timeout: Duration::from_secs(1),
        read_timeout: Duration::from_millis(200),
        calls_max: 1,
        queue_wait: Duration::from_secs(1),
    };
    Arc::new(NicePay::new(settings, Arc::new(clock.clone())).unwrap())
}

/// Services over a database in `folder` with a project and a key in it.
pub async fn services(folder: &std::path::Path, connector: Arc<dyn Connector>, clock: TestClock) -> Arc<Services> {
    let (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>) = (Arc::new(clock), Arc::new(OsEntropy));
    let store = Store::open_sqlite(&SqliteOptions::in_folder(folder)).unwrap();
    store.create_project(project()).await.unwrap();
    let settings = settings();
    let ledger = Ledger::new(store, &Pepper::new([7; 32]), |_| true, Box::new(|_, _| None));
    let pg = Pg::new(connector, &settings.limits);
    let clocks = ProjectClocks::new(clock, settings.mode, Vec::new());
    let own = PepperAndIds {
        pepper: Pepper::new([7; 32]),
        ids: IdGenerator::of_command(entropy.as_ref()),
    };
    let services = Services::new(ledger, pg, clocks, settings, String::new(), own);
    services
        .ledger
        .projects
        .refresh(services.store(), services.clocks.machine_now())
        .await
        .unwrap();
    let key = domain::change::Change::IssueKey(Box::new(key()));
    services.ledger.commit(ProjectId(id(1)), vec![key]).await.unwrap();
    Arc::new(services)
}

fn project() -> Project {
    Project {
        id: ProjectId(id(1)),
        name: "shop".to_owned(),
        company_name: "가게".to_owned(),
        application_id: "a".to_owned(),
        client_key: "c".to_owned(),
        secrets: Vec::new(),
        issued_status: IssuedStatus::Documented,
        guard: Guard::default(),
        unknown_keys: UnknownKeys::default(),
        pg_webhook_number: 1,
        allowed_ips: Vec::new(),
        created_at: EpochMs(NOW_MS),
        webhook: Webhook::default(),
        pg: domain::project::ProjectPg::default(),
    }
}

pub fn key() -> BillingKey {
    BillingKey {
        id: BillingKeyId(id(2)),
        project_id: ProjectId(id(1)),
        receipt_id: ReceiptId(id(3)),
        bid: "BIKYnictest00m1104000000000001".to_owned(),
        shown: MaskedAccount {
            bank_code: "004".to_owned(),
            account_masked: "123456789*****".to_owned(),
            holder_masked: "홍길*".to_owned(),
        },
        issued_at: EpochMs(NOW_MS),
        destroyed_at: None,
    }
}

pub fn request(order_id: &str) -> ChargeRequest {
    ChargeRequest {
        project: ProjectId(id(1)),
        billing_key: BillingKeyId(id(2)),
        fields: ChargeFields {
            order_name: Some("구독".to_owned()),
            price: Some("1000".to_owned()),
            order_id: Some(order_id.to_owned()),
            tax_free: None,
            items: "[]".to_owned(),
            user: "{}".to_owned(),
            metadata: "{}".to_owned(),
            feedback_url: None,
            content_type: None,
        },
        idempotency_key: None,
        guard: Guard::default(),
    }
}

async fn state_of(services: &Services, order_id: &str) -> PaymentState {
    let payments = services.store().payments_by_order(ProjectId(id(1)), order_id, 1);
    payments.await.unwrap()[0].state
}

#[tokio::test]
async fn a_debit_that_was_never_sent_is_voided_and_one_without_an_answer_is_in_doubt() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), TestClock::at_ms(NOW_MS));
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let unreached = services(folder.path(), nicepay(nobody, &clock), clock.clone()).await;
    let refusal = charge(&unreached, request("order_1")).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::PgUnavailable);
    assert_eq!(state_of(&unreached, "order_1").await, PaymentState::Voided);
    unreached.ledger.store.close().await;

    let folder = tempfile::tempdir().unwrap();
    // Connections are taken by the kernel, and nobody reads.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let unanswered = services(folder.path(), nicepay(silent.local_addr().unwrap(), &clock), clock).await;
    let refusal = charge(&unanswered, request("order_1")).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::ConfirmCritical);
    assert_eq!(state_of(&unanswered, "order_1").await, PaymentState::InDoubt);
    unanswered.ledger.store.close().await;
}

#[tokio::test]
async fn live_mode_lets_nobody_in_by_credentials_that_everybody_knows() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_sqlite(&SqliteOptions::in_folder(folder.path())).unwrap();
    let public = Project {
        client_key: crate::sandbox_credentials::CLIENT_KEY.to_owned(),
        ..project()
    };
    store.create_project(public.clone()).await.unwrap();
    for (mode, known) in [(Mode::Sandbox, 1), (Mode::Live, 0)] {
        let projects = crate::ledger::Projects::unread(crate::sandbox_credentials::rule(mode));
        projects.refresh(&store, EpochMs(NOW_MS)).await.unwrap();
        assert_eq!(projects.count(), known);
        assert_eq!(projects.by_client_key(&public.client_key).is_some(), known == 1);
    }
}
