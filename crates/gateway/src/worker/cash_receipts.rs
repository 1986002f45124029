//! Cash receipts whose outcome nobody knows.

use std::sync::Arc;

use crowd::Turns;
use domain::ProjectId;
use store::Claim;

use super::{Setback, turn};
use crate::cash_receipt;
use crate::clocks::Timeline;
use crate::house::House;
use crate::payment::verdict::lease_until;

const EVERY_MS: u64 = 500;
const PAGE: u32 = 64;
/// Looked up at once.
const AT_ONCE: usize = 16;

/// Runs until the gateway stops.
pub async fn cash_receipts(house: Arc<House>) {
    let places = Turns::new(AT_ONCE);
    let mut nudges = house.clocks.nudges();
    let mut setback = Setback::of("cash receipts");
    loop {
        let next = house.clocks.machine_now().plus_ms(setback.pause_ms(EVERY_MS));
        for timeline in house.clocks.timelines() {
            match house.store.has_due_cash_receipt(timeline.whose, timeline.now).await {
                Ok(true) => claim(&house, &places, timeline, &mut setback).await,
                Ok(false) => {}
                Err(error) => setback.note(&error),
            }
        }
        tokio::select! {
            () = house.clocks.machine_sleep_until(next) => {}
            () = nudges.next() => {}
            () = house.stopping.cancelled() => return,
        }
    }
}

async fn claim(
    house: &Arc<House>,
    places: &Turns<ProjectId, 1>,
    Timeline { whose, now }: Timeline,
    setback: &mut Setback,
) {
    let _claiming = house.bustle.claim(whose);
    let claim = Claim {
        whose,
        now,
        until: lease_until(house, now),
        limit: PAGE,
    };
    let claimed = match house.store.claim_cash_receipts(claim).await {
        Ok(claimed) => claimed,
        Err(error) => return setback.note(&error),
    };
    for receipt in claimed {
        let (looking, at_work) = (house.clone(), house.bustle.work(receipt.project_id));
        let place = turn(house, places, receipt.project_id);
        house.tasks.spawn(async move {
            if let Some(_place) = place.await {
                cash_receipt::find_out(&looking, &receipt).await;
            }
            drop(at_work);
        });
    }
}
