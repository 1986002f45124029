//! The scheduler: what is due runs once, oldest first of its project, at a bounded rate. Projects take turns: one whose debits
//! hang holds up only itself.

use std::collections::HashSet;
use std::sync::Arc;

use domain::ProjectId;
use domain::due::DueKind;
use domain::reserve::Reserve;
use fairness::{Capacity, RoundRobin, Share};
use pg::PgPlace;
use store::{Busy, LeaseRequest, Leased};
use tokio::sync::mpsc;

use crate::app::App;
use crate::services::payment::resolution::lease_until;
use crate::services::reserve;
use crate::support::ActivityGuard;
use crate::support::Backoff;

/// Due times are kept to well under a second.
const EVERY_MS: u64 = 100;
/// Claimed and waiting for a place.
const WAITING_MAX: usize = 256;
/// Of one project so many wait while it is claimed from.
const OF_ONE: usize = 64;

type Held = (Leased<Reserve>, ActivityGuard);

/// Who waits, and who is executed.
struct ReserveQueue {
    waiting: RoundRobin<ProjectId, Held>,
    places: Capacity<ProjectId>,
    tell: mpsc::UnboundedSender<Share<ProjectId>>,
}

/// Runs until the gateway stops. What is held then is executed by the next process, when the claims run out.
pub async fn reserves(app: Arc<App>) {
    let (tell, mut ended) = mpsc::unbounded_channel();
    let mut line = ReserveQueue {
        waiting: RoundRobin::default(),
        places: Capacity::new(app.services.settings.limits.reserves_at_once),
        tell,
    };
    let mut wakeups = app.services.clocks.wakeups();
    let mut backoff = Backoff::of("reserves");
    loop {
        let next = app.services.clocks.machine_now().plus_ms(backoff.pause_ms(EVERY_MS));
        let is_more = !app.services.are_debits_held() && line.look(&app, &mut backoff).await;
        loop {
            line.start(&app);
            // As soon as there is room for more of what is due.
            if is_more && line.waiting.len() < WAITING_MAX / 2 {
                break;
            }
            tokio::select! {
                () = app.services.clocks.machine_sleep_until(next) => break,
                () = wakeups.next() => break,
                Some(share) = ended.recv() => line.places.give_back(&[share]),
                () = app.services.stopping.cancelled() => return,
            }
        }
    }
}

/// Where the PGs of all projects are.
fn places(app: &App) -> Vec<PgPlace> {
    let projects = app.services.ledger.projects.all();
    let places: HashSet<_> = projects.iter().map(|known| PgPlace::of(&known.project.pg)).collect();
    places.into_iter().collect()
}

impl ReserveQueue {
    /// A write only when a read has found something. Whether there may be more.
    async fn look(&mut self, app: &Arc<App>, backoff: &mut Backoff) -> bool {
        // Half of the room, so that some is left for whoever comes next.
        let limit = (WAITING_MAX - self.waiting.len().min(WAITING_MAX)).div_ceil(2);
        if limit == 0 {
            return false;
        }
        let now = app.services.clocks.machine_now();
        let waiting = self.waiting.keys().copied();
        let busy = Busy::of(waiting.filter(|of| self.waiting.waiting(of) >= OF_ONE));
        match app.services.store().has_due(DueKind::Reserve, now, &busy).await {
            Ok(true) => {}
            Ok(false) => return false,
            Err(error) => {
                backoff.note(&error);
                return false;
            }
        }
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let limit = app.services.pg.reachability.allows(limit, &places(app), now);
        if limit == 0 {
            return false;
        }
        let _claiming = app.sandbox.activity.begin_claim();
        let until = lease_until(&app.services, now);
        let claim = LeaseRequest {
            now,
            until,
            limit,
            lease: app.services.ids.lease(),
        };
        let claimed = match app.services.store().lease_reserves(claim, &busy).await {
            Ok(claimed) => claimed,
            Err(error) => {
                backoff.note(&error);
                return false;
            }
        };
        let is_full = claimed.len() == limit as usize;
        for leased in claimed {
            let at_work = app.sandbox.activity.begin(leased.project);
            self.waiting.push(leased.project, (leased, at_work));
        }
        is_full
    }

    /// Starts whoever has a turn and a place.
    fn start(&mut self, app: &Arc<App>) {
        let Self { waiting, places, tell } = self;
        while let Some((of, (leased, at_work))) =
            waiting.next(|of, _| places.room(&[app.services.ledger.share_of(*of)]).is_ok())
        {
            // Its claim has run out: it is claimed anew.
            if app.services.now_of(of) >= leased.until {
                continue;
            }
            let share = app.services.ledger.share_of(of);
            places.take(&[share]);
            let (executing, tell) = (app.clone(), tell.clone());
            app.services.tasks.spawn(async move {
                reserve::execute(&executing.services, leased).await;
                drop(at_work);
                // The scheduler is gone when the gateway stops.
                let _ = tell.send(share);
            });
        }
    }
}
