//! What a test may set, and what a gateway in this process is set to.

use std::net::SocketAddr;
use std::time::Duration;

use domain::project::IssuedStatus;
use domain::retention::RetentionYears;
use gateway::{Closed, DailyReconcile, Limits, Mode, Settings, Timing};
use pg::{CallTimes, Capabilities, NicePaySettings};
use seams::TestClock;
use simulator::{RunningSimulator, SANDBOX_CLIENT_KEY, SANDBOX_SECRET_KEY};

use super::START_MS;

/// What a test may want otherwise.
pub struct TestSettings {
    /// Live mode keeps out of private networks.
    pub mode: Mode,
    /// How long a request for consent is held.
    pub consent_hold: Duration,
    /// How long the customer takes; 0: the PG's first answer already says `agreed`.
    pub answer_delay: Duration,
    /// How long the PG may take for an answer.
    pub pg_read_timeout: Duration,
    /// How long after its intent a call may leave.
    pub send_within: Duration,
    /// How many calls to the PG at once, and how long one waits for its turn.
    pub pg_calls: (usize, Duration),
    /// Consents and payments of a project that may be open at once.
    pub open_max: usize,
    /// More than 0: the gateway is behind a proxy.
    pub trusted_proxies: u8,
    /// Of one project.
    pub requests_per_second: u32,
    /// What a project's issued keys have as their status.
    pub issued_status: IssuedStatus,
    /// Of the project `sandbox`.
    pub allowed_ips: Vec<String>,
    /// Where merchants think that the gateway is.
    pub public_url: Option<String>,
    /// What customers call its projects.
    pub company_name: String,
    /// When no debits are taken.
    pub closed: Option<Closed>,
    /// When yesterday is compared with the PG.
    pub reconcile: Option<DailyReconcile>,
    /// After how many years records are destroyed by themselves.
    pub retention: Option<RetentionYears>,
    /// Due reserves that are executed at once.
    pub reserves_at_once: usize,
    /// How long a stop waits for what is under way.
    pub drain: Duration,
    /// The first moment of the test.
    pub start_ms: i64,
    /// Whose threads the gateway's tasks run on.
    pub apart: Apart,
    /// Whose customers it debits.
    pub pg: PgUnderTest,
    /// What the PG of the configuration can do less than the simulated one.
    pub limit_pg: Option<fn(&mut Capabilities)>,
    /// A clock that others go by too.
    pub clock: Option<TestClock>,
}

/// What stands behind a gateway under test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PgUnderTest {
    /// The simulator of NICE Payments.
    Nicepay,
    /// Another gateway in the place of the hosted API, with the simulator behind that.
    Hosted,
    /// The simulated Toss Pay.
    Tosspay,
}

impl PgUnderTest {
    /// `TEST_PG=hosted` runs a test that says nothing of it in front of another gateway.
    fn usual() -> Self {
        match std::env::var("TEST_PG").as_deref() {
            Ok("hosted") => Self::Hosted,
            _ => Self::Nicepay,
        }
    }
}

/// Whose threads the gateway's tasks run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart {
    /// The test's.
    Together,
    /// Its own, and can be cut off.
    Apart,
}

impl Default for TestSettings {
    fn default() -> Self {
        Self {
            mode: Mode::Sandbox,
            consent_hold: Duration::from_secs(8),
            answer_delay: Duration::ZERO,
            pg_read_timeout: Duration::from_secs(20),
            // A test's clock runs far ahead of its sockets.
            send_within: Duration::from_secs(24 * 60 * 60),
            pg_calls: (64, Duration::from_secs(10)),
            open_max: 1000,
            trusted_proxies: 0,
            requests_per_second: 1000,
            issued_status: IssuedStatus::Documented,
            allowed_ips: Vec::new(),
            public_url: None,
            company_name: "자동 샌드박스".to_owned(),
            closed: None,
            reconcile: None,
            retention: None,
            reserves_at_once: 64,
            drain: Duration::from_secs(5),
            start_ms: START_MS,
            apart: Apart::Together,
            pg: PgUnderTest::usual(),
            limit_pg: None,
            clock: None,
        }
    }
}

pub(super) fn pg_settings(plan: &TestSettings, simulator: &RunningSimulator) -> NicePaySettings {
    NicePaySettings {
        base_url: simulator.url(),
        client_key: SANDBOX_CLIENT_KEY.to_owned(),
        secret_key: SANDBOX_SECRET_KEY.to_owned().into(),
        connect_timeout: Duration::from_secs(2),
        read_timeout: plan.pg_read_timeout,
        calls_max: plan.pg_calls.0,
        queue_wait: plan.pg_calls.1,
    }
}

pub(super) fn call_times(plan: &TestSettings) -> CallTimes {
    CallTimes {
        connect_timeout: Duration::from_secs(2),
        read_timeout: plan.pg_read_timeout,
        calls_max: plan.pg_calls.0,
        queue_wait: plan.pg_calls.1,
    }
}

pub(super) fn settings(plan: &TestSettings) -> Settings {
    Settings {
        mode: plan.mode,
        listen: any_port(),
        admin_listen: any_port(),
        public_url: plan.public_url.clone(),
        tls: None,
        behind_proxy: plan.trusted_proxies > 0,
        trusted_proxies: plan.trusted_proxies,
        closed: plan.closed,
        reconcile: plan.reconcile.clone(),
        retention: plan.retention,
        timing: Timing {
            consent_hold: plan.consent_hold,
            consent_limit: Duration::from_secs(600),
            publish_wait: Duration::from_secs(5),
            send_within: plan.send_within,
            start_grace: Duration::from_secs(40),
            net_cancel_within: Duration::from_secs(50 * 60),
            verdict_quiet: Duration::from_secs(60),
            reserve_retry_within: Duration::from_secs(24 * 60 * 60),
            client_patience: Duration::from_secs(10),
            keep_alive: Duration::from_secs(100),
            drain_delay: Duration::ZERO,
            drain: plan.drain,
        },
        limits: Limits {
            connections: 1000,
            body_bytes: 64 * 1024,
            open_consents: plan.open_max,
            open_payments: plan.open_max,
            reserves_at_once: plan.reserves_at_once,
            requests_per_second: plan.requests_per_second,
            polls_per_second: 1000,
        },
    }
}

pub(super) fn any_port() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}
