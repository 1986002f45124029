//! What goes on without a request: what a process that is gone left is taken up, debits, cancels and cash receipts without an outcome are
//! resolved, due reserves are debited, webhooks sent, consents expired, dead keys told to the PG, projects read again, old records
//! destroyed.

mod at_hand;
mod cash_receipts;
mod consents;
mod destroy_old;
mod dispatch_webhooks;
mod endpoint_queues;
mod expire_keys_at_pg;
mod keep_node;
mod reconcile_daily;
mod refresh_projects;
mod reserves;
mod resolve_payments;

pub use cash_receipts::cash_receipts;
pub use consents::{consents, take_up_at_start};
pub use destroy_old::destroy_old;
pub use dispatch_webhooks::dispatch_webhooks;
pub use expire_keys_at_pg::expire_keys_at_pg;
pub use keep_node::{LASTS_MS, another, join, keep_node};
pub use reconcile_daily::reconcile_daily;
pub use refresh_projects::refresh_projects;
pub use reserves::reserves;
pub use resolve_payments::resolve_payments;

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use domain::due::DueKind;
use domain::ids::ObjectId;
use domain::{EpochMs, ProjectId};
use fairness::FairSemaphore;
use store::{Busy, CommitError, LeaseRequest, Leased};

use self::at_hand::AtHand;
use crate::app::App;
use crate::services::payment::resolution::lease_until;
use crate::support::{Backoff, Slot, Wakeups};

/// A worker's turns: one at a time, so long after the beginning of the last; later while they fail, and at once when a
/// sandbox's clock was moved.
struct Turns {
    app: Arc<App>,
    every_ms: u64,
    began: EpochMs,
    /// `None`: it goes by the machine's clock alone.
    wakeups: Option<Wakeups>,
    backoff: Backoff,
}

impl Turns {
    /// `what` is the work, for the log.
    fn of(app: &Arc<App>, what: &'static str, every_ms: u64) -> Self {
        Self {
            every_ms,
            began: app.services.clocks.machine_now(),
            wakeups: Some(app.services.clocks.wakeups()),
            backoff: Backoff::of(what),
            app: app.clone(),
        }
    }

    /// The same, not woken by a sandbox's clocks.
    fn by_machine(app: &Arc<App>, what: &'static str, every_ms: u64) -> Self {
        Self {
            wakeups: None,
            ..Self::of(app, what, every_ms)
        }
    }

    /// Waits for the next turn; `false` when the gateway stops.
    async fn next(&mut self) -> bool {
        let services = &self.app.services;
        let pause_ms = self.backoff.pause_ms(self.every_ms);
        // The machine's clock may have been set back during the turn.
        let next = self.began.min(services.clocks.machine_now()).plus_ms(pause_ms);
        let woken = async {
            match &mut self.wakeups {
                Some(wakeups) => wakeups.next().await,
                None => std::future::pending().await,
            }
        };
        let goes_on = tokio::select! {
            () = services.clocks.machine_sleep_until(next) => true,
            () = woken => true,
            () = services.stopping.cancelled() => false,
        };
        self.began = services.clocks.machine_now();
        goes_on
    }

    /// What the store answered; `None`, noted for the next pause, where it could not.
    fn given<T, E: Display>(&mut self, answer: Result<T, E>) -> Option<T> {
        answer.inspect_err(|error| self.backoff.note(error)).ok()
    }
}

/// Whether this is the node that does what one of them does: the oldest that is alive. When that one dies before it is through, the
/// next does it at a later turn.
async fn leads(app: &App, turns: &mut Turns) -> bool {
    let now = app.services.clocks.machine_now();
    let nodes = turns.given(app.services.store().nodes().await).unwrap_or_default();
    let first = nodes.iter().find(|node| node.alive_until > now && !node.is_draining);
    first.is_some_and(|first| first.number == app.services.nodes.number)
}

/// `false` when the gateway stops.
async fn pause(app: &App, ms: u64) -> bool {
    let until = app.services.clocks.machine_now().plus_ms(ms);
    tokio::select! {
        () = app.services.clocks.machine_sleep_until(until) => true,
        () = app.services.stopping.cancelled() => false,
    }
}

/// How long something that was claimed waits for a place: well below any claim. What gets none is claimed again.
const TURN: Duration = Duration::from_secs(10);

/// Leased at one turn.
const PAGE: u32 = 64;

/// Work of one kind that a worker leases and has done, so much of it at once, the projects taking turns.
struct LeasedWork {
    app: Arc<App>,
    places: FairSemaphore<ProjectId, 1>,
    at_hand: AtHand,
    page: u32,
}

impl LeasedWork {
    fn of(app: &Arc<App>, at_once: usize) -> Self {
        Self {
            app: app.clone(),
            places: FairSemaphore::new(at_once),
            at_hand: AtHand::default(),
            page: PAGE,
        }
    }

    /// Work of another kind, at the same places.
    fn beside(&self) -> Self {
        Self {
            app: self.app.clone(),
            places: self.places.clone(),
            at_hand: AtHand::default(),
            page: self.page,
        }
    }

    /// Leases what is due: a write only when a read has found something, and none that is at hand.
    async fn lease<T>(
        &self,
        turns: &mut Turns,
        kind: DueKind,
        lease: impl AsyncFnOnce(LeaseRequest, &Busy) -> Result<Vec<Leased<T>>, CommitError>,
    ) -> Vec<Leased<T>> {
        let services = &self.app.services;
        let (now, busy) = (services.clocks.machine_now(), self.at_hand.busy());
        if turns.given(services.store().has_due(kind, now, &busy).await) != Some(true) {
            return Vec::new();
        }
        let request = LeaseRequest {
            now,
            until: lease_until(services, now),
            limit: self.page,
            lease: services.ids.lease(),
        };
        turns.given(lease(request, &busy).await).unwrap_or_default()
    }

    /// Has it done when there is a place; what gets none in time is leased again.
    fn spawn<T, W>(
        &self,
        object: ObjectId,
        leased: Leased<T>,
        work: impl FnOnce(Arc<App>, Leased<T>) -> W + Send + 'static,
    ) where
        T: Send + 'static,
        W: Future<Output = ()> + Send,
    {
        let Some(at_hand) = self.at_hand.begin(object) else {
            return;
        };
        let (app, at_work) = (self.app.clone(), self.app.sandbox.activity.begin(leased.project));
        let places = self.places.clone();
        self.app.services.tasks.spawn(async move {
            if let Some(_place) = turn(&app, &places, leased.project).await {
                work(app.clone(), leased).await;
            }
            drop((at_hand, at_work));
        });
    }
}

/// A place for a project's work, in its turn; `None` when none comes in time, or the gateway stops.
async fn turn(app: &App, places: &FairSemaphore<ProjectId, 1>, of: ProjectId) -> Option<Slot> {
    tokio::select! {
        place = tokio::time::timeout(TURN, places.acquire([app.services.ledger.share_of(of)])) => place.ok(),
        () = app.services.stopping.cancelled() => None,
    }
}
