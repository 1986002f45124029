//! The scheduler: what is due runs once, oldest first of its project, at a bounded rate. Projects take turns: one whose debits
//! hang holds up only itself.

use std::collections::HashSet;
use std::sync::Arc;

use crowd::{Places, Ring, Share};
use domain::reserve::Reserve;
use domain::{EpochMs, ProjectId};
use store::Claim;
use tokio::sync::mpsc;

use super::Setback;
use crate::bustle::AtWork;
use crate::clocks::Timeline;
use crate::house::House;
use crate::payment::verdict::lease_until;
use crate::reserve;

/// Due times are kept to well under a second.
const EVERY_MS: u64 = 100;
/// Claimed and waiting for a place.
const WAITING_MAX: usize = 256;
/// Of one project so many wait while it is claimed from.
const OF_ONE: usize = 64;

/// Claimed; the claim lasts until `until`.
struct Held {
    reserve: Reserve,
    until: EpochMs,
    at_work: AtWork,
}

/// Who waits, and who is executed.
struct Line {
    waiting: Ring<ProjectId, Held>,
    places: Places<ProjectId>,
    tell: mpsc::UnboundedSender<Share<ProjectId>>,
}

/// Runs until the gateway stops. What is held then is executed by the next process, when the claims run out.
pub async fn reserves(house: Arc<House>) {
    let (tell, mut ended) = mpsc::unbounded_channel();
    let mut line = Line {
        waiting: Ring::default(),
        places: Places::new(house.settings.limits.reserves_at_once),
        tell,
    };
    let mut nudges = house.clocks.nudges();
    let mut setback = Setback::of("reserves");
    loop {
        let next = house.clocks.machine_now().plus_ms(setback.pause_ms(EVERY_MS));
        let mut is_more = false;
        for timeline in house.clocks.timelines() {
            is_more |= !house.are_debits_held() && line.look(&house, timeline, &mut setback).await;
        }
        loop {
            line.start(&house);
            // As soon as there is room for more of what is due.
            if is_more && line.waiting.len() < WAITING_MAX / 2 {
                break;
            }
            tokio::select! {
                () = house.clocks.machine_sleep_until(next) => break,
                () = nudges.next() => break,
                Some(share) = ended.recv() => line.places.give_back(&[share]),
                () = house.stopping.cancelled() => return,
            }
        }
    }
}

impl Line {
    /// A write only when a read has found something. Whether there may be more.
    async fn look(&mut self, house: &Arc<House>, Timeline { whose, now }: Timeline, setback: &mut Setback) -> bool {
        // Half of the room, so that some is left for whoever comes next.
        let limit = (WAITING_MAX - self.waiting.len().min(WAITING_MAX)).div_ceil(2);
        if limit == 0 {
            return false;
        }
        let waiting = self.waiting.keys().copied();
        let busy: HashSet<ProjectId> = waiting.filter(|of| self.waiting.waiting(of) >= OF_ONE).collect();
        match house.store.has_due_reserve(whose, now, &busy).await {
            Ok(true) => {}
            Ok(false) => return false,
            Err(error) => {
                setback.note(&error);
                return false;
            }
        }
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let limit = house.reach.allows(limit, house.clocks.machine_now());
        if limit == 0 {
            return false;
        }
        let _claiming = house.bustle.claim(whose);
        let until = lease_until(house, now);
        let claim = Claim {
            whose,
            now,
            until,
            limit,
        };
        let claimed = match house.store.claim_reserves(claim, &busy).await {
            Ok(claimed) => claimed,
            Err(error) => {
                setback.note(&error);
                return false;
            }
        };
        let is_full = claimed.len() == limit as usize;
        for reserve in claimed {
            let at_work = house.bustle.work(reserve.project_id);
            let held = Held {
                reserve,
                until,
                at_work,
            };
            self.waiting.push(held.reserve.project_id, held);
        }
        is_full
    }

    /// Starts whoever has a turn and a place.
    fn start(&mut self, house: &Arc<House>) {
        let Self { waiting, places, tell } = self;
        while let Some((of, held)) = waiting.next(|of, _| places.room(&[house.share_of(*of)]).is_ok()) {
            // Its claim has run out: it is claimed anew.
            if house.now_of(of) >= held.until {
                continue;
            }
            let share = house.share_of(of);
            places.take(&[share]);
            let (executing, tell) = (house.clone(), tell.clone());
            house.tasks.spawn(async move {
                let Held { reserve, at_work, .. } = held;
                reserve::execute(&executing, reserve).await;
                drop(at_work);
                // The scheduler is gone when the gateway stops.
                let _ = tell.send(share);
            });
        }
    }
}
