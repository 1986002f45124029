//! What every service shares.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use crowd::{Limit, Share};
use dashmap::{DashMap, DashSet};
use domain::bank::AccountDigitsMax;
use domain::change::Change;
use domain::fingerprint::Pepper;
use domain::issuance::{Issuance, Rules};
use domain::payment::{Cancel, Payment};
use domain::{EpochMs, ProjectId, ReceiptId};
use pg::Connector;
use seams::Entropy;
use store::{CommitError, Store};
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::auth::projects::Projects;
use crate::auth::rate::Rates;
use crate::board::Board;
use crate::bustle::Bustle;
use crate::clocks::Clocks;
use crate::consent::pace::Pace;
use crate::crash::lost_point;
use crate::desk::Attempts;
use crate::exchanges::Exchanges;
use crate::http::Readiness;
use crate::ids::IdMint;
use crate::notices::Notices;
use crate::overview::{Looks, Tallies};
use crate::reach::Reach;
use crate::requests::{RequestPace, Ring};
use crate::sandbox::{Bells, Listeners, Simulator};
use crate::settings::{Mode, Settings};

/// One of several projects stops at three quarters, and leaves three quarters of the rest to the next.
pub const SHARE: Limit = Limit::OfFree(3);

/// One gateway's shared parts.
pub struct House {
    pub settings: Settings,
    /// `gateway_url` in answers.
    pub public_url: String,
    pub store: Store,
    pub connector: Arc<dyn Connector>,
    pub clocks: Clocks,
    pub entropy: Arc<dyn Entropy>,
    pub pepper: Pepper,
    pub ids: IdMint,
    pub projects: Projects,
    pub rates: Rates,
    pub board: Arc<Board<Issuance>>,
    pub payments: Arc<Board<Payment>>,
    pub cancels: Arc<Board<Cancel>>,
    /// Whose turn it is with a cash receipt.
    pub cash_receipts: Arc<Board<()>>,
    /// Verdict ladders that are climbed now: a claim may run out meanwhile.
    pub ladders: Arc<Board<()>>,
    /// Whether the PG can be reached.
    pub reach: Reach,
    pub pace: Pace,
    /// Counts for the overview that are not on disk yet.
    pub tallies: Tallies,
    /// Where time went in the last hour.
    pub looks: Looks,
    /// The last requests, for people.
    pub requests: Ring,
    /// Whether there is time to keep all of them.
    pub calm: RequestPace,
    /// Who tried to sign in to the console.
    pub sign_ins: Attempts,
    /// Background work under way.
    pub bustle: Bustle,
    /// Whose turn it is to move a sandbox project's clock.
    pub moving: DashMap<ProjectId, Arc<Mutex<()>>>,
    pub notices: Notices,
    /// The last calls to the PG, for people.
    pub exchanges: Arc<Exchanges>,
    /// Debits that this process asked for and whose outcome it could not write down.
    pub unrecorded: DashSet<ReceiptId>,
    /// The OpenAPI document, once somebody has asked for it.
    pub document: OnceLock<Bytes>,
    /// Who gets copies of webhooks; in a sandbox only.
    pub listeners: Listeners,
    /// The simulated PG's control; `None` in live mode, or when the PG is another's.
    pub simulator: Option<Arc<dyn Simulator>>,
    /// Rung when a simulated customer was answered by hand.
    pub bells: Bells,
    /// Work that a client's disconnect must not end, and a shutdown waits for.
    pub tasks: TaskTracker,
    /// Whether debits are held after a restore.
    pub held: AtomicBool,
    /// Whether a write was durable a moment ago.
    pub readiness: Readiness,
    /// A part that ended though nobody asked it to; the gateway is to be stopped.
    pub broken: watch::Sender<Option<&'static str>>,
    /// Set when the gateway stops: held requests answer, drivers leave the rest to the next start.
    pub stopping: CancellationToken,
}

impl House {
    /// What time it is for a project: every time in its rows is of this clock.
    pub fn now_of(&self, project: ProjectId) -> EpochMs {
        self.clocks.now_of(project)
    }

    /// Makes `changes` of one project true, all or none, and tells whoever looks on. Answers when they are durable.
    pub async fn commit(&self, project: ProjectId, mut changes: Vec<Change>) -> Result<(), CommitError> {
        let told = self.notices.of(&changes);
        let copies = self.listeners.copies(&mut changes);
        lost_point!(
            "commit_in_doubt_before",
            CommitError::InDoubt("a test said so".to_owned())
        );
        self.store.commit(changes).await?;
        lost_point!(
            "commit_in_doubt_after",
            CommitError::InDoubt("a test said so".to_owned())
        );
        self.listeners.give(copies);
        for about in told {
            self.notices.tell(project, about);
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

    pub fn rules(&self) -> Rules {
        Rules {
            account_digits_max: match self.settings.mode {
                Mode::Sandbox => AccountDigitsMax::Sandbox,
                Mode::Live => AccountDigitsMax::Live,
            },
            consent_limit_ms: u64::try_from(self.settings.timing.consent_limit.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// Whether charges and cancels are refused, and reserves and the ladder wait: the database was restored from a backup.
    pub fn are_debits_held(&self) -> bool {
        self.held.load(Ordering::Acquire)
    }

    pub fn is_sandbox(&self) -> bool {
        self.settings.mode == Mode::Sandbox
    }
}
