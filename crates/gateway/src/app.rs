//! What every service shares.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use dashmap::{DashMap, DashSet};
use domain::bank::AccountDigitsMax;
use domain::change::Change;
use domain::fingerprint::Pepper;
use domain::issuance::{Issuance, IssuanceRules};
use domain::payment::{Cancel, Payment};
use domain::{EpochMs, ProjectId, ReceiptId};
use fairness::{Limit, Share};
use pg::Connector;
use seams::Entropy;
use store::{CommitError, Store};
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::activity::ActivityTracker;
use crate::auth::projects::Projects;
use crate::auth::rate::Rates;
use crate::change_feed::ChangeFeed;
use crate::failpoints::lost_point;
use crate::http::Readiness;
use crate::ids::IdMint;
use crate::in_flight::InFlight;
use crate::issuance::poll_budget::PollBudget;
use crate::operator::SignInLimits;
use crate::pg_call_log::PgCallLog;
use crate::pg_reachability::PgReachability;
use crate::project_clocks::ProjectClocks;
use crate::request_history::{RequestHistory, RequestPace};
use crate::sandbox::{ConsentWakeups, Simulator, WebhookCopies};
use crate::settings::{Mode, Settings};
use crate::stats::{Counters, LatencyHistory};

/// One of several projects stops at three quarters, and leaves three quarters of the rest to the next.
pub const SHARE: Limit = Limit::OfFree(3);

/// One gateway's shared parts.
pub struct App {
    pub settings: Settings,
    /// `gateway_url` in answers.
    pub public_url: String,
    pub store: Store,
    pub connector: Arc<dyn Connector>,
    pub clocks: ProjectClocks,
    pub entropy: Arc<dyn Entropy>,
    pub pepper: Pepper,
    pub ids: IdMint,
    pub projects: Projects,
    pub rates: Rates,
    pub issuances_in_flight: Arc<InFlight<Issuance>>,
    pub payments_in_flight: Arc<InFlight<Payment>>,
    pub cancels_in_flight: Arc<InFlight<Cancel>>,
    /// Whose turn it is with a cash receipt.
    pub cash_receipt_locks: Arc<InFlight<()>>,
    /// Resolutions that are under way here: a claim may run out meanwhile.
    pub resolutions_in_flight: Arc<InFlight<()>>,
    /// Whether the PG can be reached.
    pub pg_reachability: PgReachability,
    pub poll_budget: PollBudget,
    /// Counts for the overview that are not on disk yet.
    pub counters: Counters,
    /// Where time went in the last hour.
    pub latency: LatencyHistory,
    /// The last requests, for people.
    pub request_history: RequestHistory,
    /// Whether there is time to keep all of them.
    pub capture_budget: RequestPace,
    /// Who tried to sign in to the console.
    pub sign_in_limits: SignInLimits,
    /// Background work under way.
    pub activity: ActivityTracker,
    /// Whose turn it is to move a sandbox project's clock.
    pub clock_move_locks: DashMap<ProjectId, Arc<Mutex<()>>>,
    pub change_feed: ChangeFeed,
    /// The last calls to the PG, for people.
    pub pg_calls: Arc<PgCallLog>,
    /// Debits that this process asked for and whose outcome it could not write down.
    pub unrecorded_debits: DashSet<ReceiptId>,
    /// The OpenAPI document, once somebody has asked for it.
    pub openapi_json: OnceLock<Bytes>,
    /// Who gets copies of webhooks; in a sandbox only.
    pub webhook_copies: WebhookCopies,
    /// The simulated PG's control; `None` in live mode, or when the PG is another's.
    pub simulator: Option<Arc<dyn Simulator>>,
    /// Rung when a simulated customer was answered by hand.
    pub consent_wakeups: ConsentWakeups,
    /// Work that a client's disconnect must not end, and a shutdown waits for.
    pub tasks: TaskTracker,
    /// Whether debits are held after a restore.
    pub debits_held: AtomicBool,
    /// Whether a write was durable a moment ago.
    pub readiness: Readiness,
    /// A part that ended though nobody asked it to; the gateway is to be stopped.
    pub broken: watch::Sender<Option<&'static str>>,
    /// Set when the gateway stops: held requests answer, drivers leave the rest to the next start.
    pub stopping: CancellationToken,
}

impl App {
    /// What time it is for a project: every time in its rows is of this clock.
    pub fn now_of(&self, project: ProjectId) -> EpochMs {
        self.clocks.now_of(project)
    }

    /// Makes `changes` of one project true, all or none, and tells whoever looks on. Answers when they are durable.
    pub async fn commit(&self, project: ProjectId, mut changes: Vec<Change>) -> Result<(), CommitError> {
        let told = self.change_feed.events_for(&changes);
        let copies = self.webhook_copies.copies(&mut changes);
        lost_point!(
            "commit_in_doubt_before",
            CommitError::InDoubt("a test said so".to_owned())
        );
        self.store.commit(changes).await?;
        lost_point!(
            "commit_in_doubt_after",
            CommitError::InDoubt("a test said so".to_owned())
        );
        self.webhook_copies.publish(copies);
        for about in told {
            self.change_feed.publish(project, about);
        }
        Ok(())
    }

    /// How much of what the projects share one of them may hold: all of it when it is the only one.
    pub fn share_of(&self, project: ProjectId) -> Share<ProjectId> {
        let is_alone = self.projects.all().len() <= 1;
        Share {
            of: project,
            limit: if is_alone { Limit::NONE } else { SHARE },
        }
    }

    pub fn rules(&self) -> IssuanceRules {
        IssuanceRules {
            account_digits_max: match self.settings.mode {
                Mode::Sandbox => AccountDigitsMax::Sandbox,
                Mode::Live => AccountDigitsMax::Live,
            },
            consent_limit_ms: u64::try_from(self.settings.timing.consent_limit.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// Whether charges and cancels are refused, and reserves and the resolution wait: the database was restored from a backup.
    pub fn are_debits_held(&self) -> bool {
        self.debits_held.load(Ordering::Acquire)
    }

    pub fn is_sandbox(&self) -> bool {
        self.settings.mode == Mode::Sandbox
    }
}
