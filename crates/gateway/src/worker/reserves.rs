//! The scheduler: what is due runs once, oldest first, at a bounded rate.

use std::sync::Arc;

use store::Claim;
use tokio::sync::Semaphore;

use crate::house::House;
use crate::payment::verdict::lease_until;
use crate::reserve;

/// Due times are kept to well under a second.
const EVERY_MS: u64 = 100;
const PAGE: u32 = 256;

/// Runs until the gateway stops.
pub async fn reserves(house: Arc<House>) {
    let places = Arc::new(Semaphore::new(house.settings.limits.reserves_at_once));
    loop {
        let now = house.now();
        let is_due = match house.store.next_reserve().await {
            Ok(next) => next.is_some_and(|next| next <= now),
            Err(error) => {
                tracing::warn!(%error, "reserves could not be read");
                false
            }
        };
        let claimed = if is_due { claim(&house, &places, now).await } else { 0 };
        if claimed == PAGE as usize {
            continue;
        }
        tokio::select! {
            () = house.clock.sleep_until(now.plus_ms(EVERY_MS).0) => {}
            () = house.stopping.cancelled() => return,
        }
    }
}

async fn claim(house: &Arc<House>, places: &Arc<Semaphore>, now: domain::EpochMs) -> usize {
    let _claiming = house.bustle.enter();
    let claim = Claim {
        now,
        until: lease_until(house, now),
        limit: PAGE,
    };
    let claimed = match house.store.claim_reserves(claim).await {
        Ok(claimed) => claimed,
        Err(error) => {
            tracing::warn!(%error, "due reserves could not be claimed");
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
        let (executing, at_work) = (house.clone(), house.bustle.enter());
        house.tasks.spawn(async move {
            reserve::execute(&executing, due).await;
            drop((place, at_work));
        });
    }
    count
}
