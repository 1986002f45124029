//! What the gateway does: issuing keys, debits, cancels, reserves, cash receipts, webhooks. Each walks its request's steps in
//! order, and is given [`Services`]: the ledger to read and commit, the PG, the time, what is under way. Nothing of HTTP, of the
//! console, or of what is kept for people to look at.

pub mod cash_receipt;
pub mod hints;
pub mod idempotency;
pub mod issuance;
pub mod kept_outcomes;
pub mod key;
pub mod listing;
pub mod mandate;
pub mod not_found;
pub mod payment;
pub mod pg_credentials;
mod pg_reachability;
pub mod project_pgs;
pub mod reserve;
pub mod restore;
pub mod retention;
mod watching;
pub mod webhook;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use domain::bank::AccountDigitsMax;
use domain::change::Change;
use domain::due::Lease;
use domain::fingerprint::Pepper;
use domain::issuance::{Issuance, IssuanceRules};
use domain::payment::{Cancel, Payment};
use domain::{EpochMs, ErrorCode, ProjectId, ReceiptId, Refusal};
use pg::{Capabilities, Connector, Ids, PgPlace, SendBy};
use store::Store;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::issuance::ConsentWakeups;
use self::issuance::poll_budget::PollBudget;
use self::kept_outcomes::KeptOutcomes;
use self::pg_reachability::PgReachability;
use self::watching::Watching;
use crate::ledger::Ledger;
use crate::settings::{Limits, Mode, Settings};
use crate::support::{IdGenerator, InFlight, Nodes, ProjectClocks, test_outcomes};

/// What the services work with.
pub struct Services {
    pub settings: Settings,
    /// `gateway_url` in answers.
    pub public_url: String,
    pub ledger: Ledger,
    pub pg: Pg,
    pub clocks: ProjectClocks,
    pub in_flight: WorkInFlight,
    pub kept: KeptOutcomes,
    pub pepper: Pepper,
    pub ids: IdGenerator,
    pub nodes: Nodes,
    pub watching: Watching,
    /// Keys that are not known here, and are looked up at the PG.
    pub key_lookups: key::KeyLookups,
    /// Webhooks of PGs.
    pub hints: hints::Hints,
    /// Under which this process has what it drives in memory.
    pub lease: Lease,
    /// Whether nobody else had the store when this process began.
    pub began_alone: bool,
    /// When what is driven was last gone through: a process that is stopped for longer than its lease is not ready.
    pub driven_at: AtomicI64,
    /// Wakes who waits to ask about a consent, or about the publish of one.
    pub consent_wakeups: ConsentWakeups,
    /// Whether debits are held after a restore.
    pub debits_held: AtomicBool,
    /// Work that a client's disconnect must not end, and a shutdown waits for.
    pub tasks: TaskTracker,
    /// Set when the gateway stops: held requests answer, drivers leave the rest to the next start.
    pub stopping: CancellationToken,
}

/// What is this installation's own.
pub struct PepperAndIds {
    pub pepper: Pepper,
    pub ids: IdGenerator,
}

/// The PGs of all projects, and how they may be used.
pub struct Pg {
    /// Each call goes to the PG of the project that it is of.
    pub connector: Arc<dyn Connector>,
    /// Which of them can be reached.
    pub reachability: PgReachability,
    /// How often consents are asked for.
    pub poll_budget: PollBudget,
}

/// What this process is moving; who comes second follows the first.
pub struct WorkInFlight {
    pub issuances: Arc<InFlight<Issuance>>,
    pub payments: Arc<InFlight<Payment>>,
    pub cancels: Arc<InFlight<Cancel>>,
    /// Whose turn it is with a cash receipt.
    pub cash_receipts: Arc<InFlight<()>>,
}

impl Pg {
    pub fn new(connector: Arc<dyn Connector>, limits: &Limits) -> Self {
        Self {
            connector,
            reachability: PgReachability::default(),
            poll_budget: PollBudget::new(limits.polls_per_second),
        }
    }
}

impl WorkInFlight {
    pub fn new(limits: &Limits) -> Self {
        Self {
            issuances: Arc::new(InFlight::new(limits.open_consents)),
            payments: Arc::new(InFlight::new(limits.open_payments)),
            cancels: Arc::new(InFlight::new(limits.open_payments)),
            cash_receipts: Arc::new(InFlight::new(limits.open_payments)),
        }
    }
}

impl Services {
    /// From the three things that it works on; the rest of it starts empty. `own_url` is where the gateway listens.
    pub fn new(
        ledger: Ledger,
        pg: Pg,
        clocks: ProjectClocks,
        settings: Settings,
        own_url: String,
        own: PepperAndIds,
    ) -> Self {
        Self {
            public_url: settings.public_url.clone().unwrap_or(own_url),
            ledger,
            pg,
            in_flight: WorkInFlight::new(&settings.limits),
            kept: KeptOutcomes::new(settings.limits.open_payments),
            watching: Watching::new(&settings.limits),
            key_lookups: key::KeyLookups::default(),
            hints: hints::Hints::default(),
            pepper: own.pepper,
            nodes: Nodes::alone(own.ids.node()),
            lease: own.ids.lease(),
            began_alone: false,
            ids: own.ids,
            driven_at: AtomicI64::new(clocks.machine_now().0),
            clocks,
            consent_wakeups: ConsentWakeups::default(),
            debits_held: AtomicBool::new(false),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            settings,
        }
    }

    /// To read from. Changes of receipts go through the ledger.
    pub fn store(&self) -> &Store {
        &self.ledger.store
    }

    /// What time it is for a project: every time in its rows is of this clock.
    pub fn now_of(&self, project: ProjectId) -> EpochMs {
        self.clocks.now_of(project)
    }

    /// Until when a call may leave whose intent is written next. To be taken before the intent is dated.
    pub fn send_by(&self) -> SendBy {
        self.clocks.send_by(self.settings.timing.send_within)
    }

    /// Whether another process may still be at what was begun at `at`, by the project's clock: not where all who could had ended
    /// when this one began.
    pub fn may_be_elsewhere(&self, project: ProjectId, at: EpochMs) -> bool {
        let ahead_ms = self.clocks.offset_ms(project);
        !self.began_alone || at.0 > self.clocks.started_at.0.saturating_add(ahead_ms)
    }

    /// Runs `work` to its end, also when the caller has gone away, and gives what it comes to. Errors: its own; `INTERNAL` when
    /// it panicked.
    pub async fn run_to_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Refusal>> + Send + 'static,
    ) -> Result<T, Refusal> {
        let ended = self.tasks.spawn(test_outcomes::carried(work)).await;
        ended.map_err(|_| Refusal::of(ErrorCode::Internal))?
    }

    pub fn rules(&self, project: ProjectId) -> IssuanceRules {
        IssuanceRules {
            account_digits_max: match self.settings.mode {
                Mode::Sandbox => AccountDigitsMax::Sandbox,
                Mode::Live => AccountDigitsMax::Live,
            },
            consent_limit_ms: u64::try_from(self.settings.timing.consent_limit.as_millis()).unwrap_or(u64::MAX),
            pg_names: self.capabilities(project).names,
        }
    }

    /// What the project's PG can do.
    pub fn capabilities(&self, project: ProjectId) -> Capabilities {
        self.pg.connector.capabilities(Some(project))
    }

    /// Where the project's PG is.
    pub fn pg_place(&self, project: ProjectId) -> PgPlace {
        let known = self.ledger.projects.by_id(project);
        known.map_or_else(PgPlace::default, |known| PgPlace::of(&known.project.pg))
    }

    /// Whether charges and cancels are refused, and reserves and resolutions wait: the database was restored from a backup.
    pub fn are_debits_held(&self) -> bool {
        self.debits_held.load(Ordering::Acquire) || self.store().has_lost()
    }

    pub fn is_sandbox(&self) -> bool {
        self.settings.mode == Mode::Sandbox
    }

    /// What answers to this project say of this installation.
    pub fn site(&self, project: ProjectId) -> crate::wire::Site<'_> {
        let can = self.capabilities(project);
        crate::wire::Site {
            gateway_url: &self.public_url,
            is_sandbox: self.is_sandbox(),
            pg: can.names.shown,
            ids: can.ids,
        }
    }

    /// The id that the PG has given a receipt, where that is what the merchant is given: committed with what it came with.
    pub fn named_by_pg(&self, project: ProjectId, receipt_id: ReceiptId, id_at_pg: Option<&str>) -> Option<Change> {
        let alias = id_at_pg?.to_owned();
        let is_given = self.capabilities(project).ids == Ids::OfThePg;
        is_given.then_some(Change::NameReceipt { alias, receipt_id })
    }

    /// The receipt that a merchant names by `id`, which may be its PG's. Errors: the store cannot be read.
    pub async fn own_receipt(&self, project: ProjectId, id: ReceiptId) -> Result<ReceiptId, Refusal> {
        if self.capabilities(project).ids == Ids::Ours {
            return Ok(id);
        }
        let named = self.store().receipt_by_alias(project, &id.to_string()).await?;
        Ok(named.unwrap_or(id))
    }
}

#[cfg(test)]
mod refusal_tests;
#[cfg(test)]
mod scripted_pg;
#[cfg(test)]
mod stray_tests;
#[cfg(test)]
mod tests;
