//! Consents that nobody published in time. Publish refuses them on its own; this records it, and frees the subscription.

use std::sync::Arc;

use domain::issuance;
use store::{CommitError, OpenCursor, ReadError, Refused};

use super::Setback;
use crate::house::House;
use crate::overview;

const PAGE: u32 = 500;
const EVERY_MS: u64 = 5_000;

/// Runs until the gateway stops.
pub async fn expire_consents(house: Arc<House>) {
    let mut nudges = house.clocks.nudges();
    let mut setback = Setback::of("expired consents");
    loop {
        let next = house.clocks.machine_now().plus_ms(setback.pause_ms(EVERY_MS));
        tokio::select! {
            () = house.clocks.machine_sleep_until(next) => {}
            () = nudges.next() => {}
            () = house.stopping.cancelled() => return,
        }
        if let Err(error) = sweep(&house, &mut setback).await {
            setback.note(&error);
        }
    }
}

async fn sweep(house: &House, setback: &mut Setback) -> Result<(), ReadError> {
    let mut cursor = None;
    loop {
        let page = house.store.open_issuances(cursor.take(), PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        cursor = Some(OpenCursor {
            project_id: last.project_id,
            subscription_id: last.terms.subscription_id.clone(),
        });
        for issuance in page
            .iter()
            .filter(|issuance| house.board.follow(issuance.receipt_id).is_none())
        {
            let changes = issuance::expire(issuance, house.now_of(issuance.project_id));
            if changes.is_empty() {
                continue;
            }
            match house.commit(issuance.project_id, changes).await {
                Ok(()) => {
                    overview::expired(house, issuance.project_id);
                    metrics::counter!("jadong_consents_total", "state" => "expired").increment(1);
                }
                // The merchant has just published it.
                Err(CommitError::Refused(Refused::LostRace)) => {}
                Err(error) => setback.note(&error),
            }
        }
    }
}
