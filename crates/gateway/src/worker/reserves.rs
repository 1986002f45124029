//! The scheduler: what is due runs once, oldest first, at a bounded rate.

use std::sync::Arc;

use store::Claim;
use tokio::sync::Semaphore;

use super::Setback;
use crate::clocks::Timeline;
use crate::house::House;
use crate::payment::verdict::lease_until;
use crate::reserve;

/// Due times are kept to well under a second.
const EVERY_MS: u64 = 100;
const PAGE: u32 = 256;

/// Runs until the gateway stops.
pub async fn reserves(house: Arc<House>) {
    let places = Arc::new(Semaphore::new(house.settings.limits.reserves_at_once));
    let mut nudges = house.clocks.nudges();
    let mut setback = Setback::of("reserves");
    loop {
        let next = house.clocks.machine_now().plus_ms(setback.pause_ms(EVERY_MS));
        let mut is_full = false;
        for timeline in house.clocks.timelines() {
            if !house.are_debits_held() {
                is_full |= look(&house, &places, timeline, &mut setback).await == PAGE as usize;
            }
        }
        if is_full {
            continue;
        }
        tokio::select! {
            () = house.clocks.machine_sleep_until(next) => {}
            () = nudges.next() => {}
            () = house.stopping.cancelled() => return,
        }
    }
}

/// A write only when a read has found something. How many were claimed.
async fn look(house: &Arc<House>, places: &Arc<Semaphore>, timeline: Timeline, setback: &mut Setback) -> usize {
    match house.store.has_due_reserve(timeline.whose, timeline.now).await {
        Ok(true) => match house.reach.allows(PAGE, house.clocks.machine_now()) {
            0 => 0,
            limit => claim(house, places, timeline, limit, setback).await,
        },
        Ok(false) => 0,
        Err(error) => {
            setback.note(&error);
            0
        }
    }
}

async fn claim(
    house: &Arc<House>,
    places: &Arc<Semaphore>,
    Timeline { whose, now }: Timeline,
    limit: u32,
    setback: &mut Setback,
) -> usize {
    let _claiming = house.bustle.claim(whose);
    let claim = Claim {
        whose,
        now,
        until: lease_until(house, now),
        limit,
    };
    let claimed = match house.store.claim_reserves(claim).await {
        Ok(claimed) => claimed,
        Err(error) => {
            setback.note(&error);
            return 0;
        }
    };
    let count = claimed.len();
    for due in claimed {
        let Ok(place) = places.clone().acquire_owned().await else {
            return count;
        };
        if house.stopping.is_cancelled() {
            return 0;
        }
        let (executing, at_work) = (house.clone(), house.bustle.work(due.project_id));
        house.tasks.spawn(async move {
            reserve::execute(&executing, due).await;
            drop((place, at_work));
        });
    }
    count
}
