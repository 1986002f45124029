//! Payments without a verdict, and cancels without an outcome.

use std::sync::Arc;

use crowd::Turns;
use domain::ProjectId;
use domain::payment::Cancel;
use store::Claim;

use super::{Setback, turn};
use crate::clocks::Timeline;
use crate::house::House;
use crate::payment::{settle_cancel, verdict};

const EVERY_MS: u64 = 250;
const PAGE: u32 = 64;
/// Ladders walked at once.
const AT_ONCE: usize = 64;

/// Runs until the gateway stops.
pub async fn verdicts(house: Arc<House>) {
    let places = Turns::new(AT_ONCE);
    let mut nudges = house.clocks.nudges();
    let mut setback = Setback::of("verdicts");
    loop {
        let next = house.clocks.machine_now().plus_ms(setback.pause_ms(EVERY_MS));
        // A jump is told when it happens, not when a verdict is due.
        house.clocks.steady_since();
        for Timeline { whose, now } in house.clocks.timelines() {
            let claim = Claim {
                whose,
                now,
                until: verdict::lease_until(&house, now),
                limit: PAGE,
            };
            if house.are_debits_held() {
                continue;
            }
            payments(&house, claim, &places, &mut setback).await;
            cancels(&house, claim, &places, &mut setback).await;
        }
        tokio::select! {
            () = house.clocks.machine_sleep_until(next) => {}
            () = nudges.next() => {}
            () = house.stopping.cancelled() => return,
        }
    }
}

async fn payments(house: &Arc<House>, claim: Claim, places: &Turns<ProjectId, 1>, setback: &mut Setback) {
    match house.store.has_due_verdict(claim.whose, claim.now).await {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => return setback.note(&error),
    }
    let _claiming = house.bustle.claim(claim.whose);
    match house.store.claim_verdicts(claim).await {
        Ok(claimed) => {
            for payment in claimed {
                // One that is being debited here is not orphaned, only slow.
                if house.payments.follow(payment.receipt_id).is_some() {
                    continue;
                }
                let (climbing, at_work) = (house.clone(), house.bustle.work(payment.project_id));
                let place = turn(house, places, payment.project_id);
                house.tasks.spawn(async move {
                    if let Some(_place) = place.await {
                        verdict::climb(&climbing, payment).await;
                    }
                    drop(at_work);
                });
            }
        }
        Err(error) => setback.note(&error),
    }
}

async fn cancels(house: &Arc<House>, claim: Claim, places: &Turns<ProjectId, 1>, setback: &mut Setback) {
    match house.store.has_open_cancels().await {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => return setback.note(&error),
    }
    let _claiming = house.bustle.claim(claim.whose);
    match house.store.claim_cancels(claim).await {
        Ok(claimed) => {
            let grace = house.settings.timing.start_grace;
            for cancel in claimed {
                // The request that opened it is still waiting for the PG.
                if u128::from(claim.now.since_ms(cancel.requested_at)) < grace.as_millis() {
                    continue;
                }
                let (settling, places) = (house.clone(), places.clone());
                let at_work = house.bustle.claim(claim.whose);
                house.tasks.spawn(async move {
                    settle(&settling, &places, &cancel).await;
                    drop(at_work);
                });
            }
        }
        Err(error) => setback.note(&error),
    }
}

async fn settle(house: &Arc<House>, places: &Turns<ProjectId, 1>, cancel: &Cancel) {
    // Whose it is, its payment knows.
    let Ok(Some(payment)) = house.store.payment_of_anyone(cancel.receipt_id).await else {
        return;
    };
    let Some(_place) = turn(house, places, payment.project_id).await else {
        return;
    };
    if let Err(refusal) = settle_cancel(house, cancel).await {
        tracing::warn!(code = refusal.code.name(), cancel = %cancel.id, "a cancel could not be settled");
    }
}
