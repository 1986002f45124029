//! Cash receipts whose outcome nobody knows.

use std::sync::Arc;

use domain::ProjectId;
use fairness::FairSemaphore;
use store::LeaseRequest;

use super::turn;
use crate::app::App;
use crate::services::cash_receipt;
use crate::services::payment::resolution::lease_until;
use crate::support::Backoff;

const EVERY_MS: u64 = 500;
const PAGE: u32 = 64;
/// Looked up at once.
const AT_ONCE: usize = 16;

/// Runs until the gateway stops.
pub async fn cash_receipts(app: Arc<App>) {
    let places = FairSemaphore::new(AT_ONCE);
    let mut wakeups = app.services.clocks.wakeups();
    let mut backoff = Backoff::of("cash receipts");
    loop {
        let next = app.services.clocks.machine_now().plus_ms(backoff.pause_ms(EVERY_MS));
        match app
            .services
            .ledger
            .store
            .has_due_cash_receipt(app.services.clocks.machine_now())
            .await
        {
            Ok(true) => claim(&app, &places, &mut backoff).await,
            Ok(false) => {}
            Err(error) => backoff.note(&error),
        }
        tokio::select! {
            () = app.services.clocks.machine_sleep_until(next) => {}
            () = wakeups.next() => {}
            () = app.services.stopping.cancelled() => return,
        }
    }
}

async fn claim(app: &Arc<App>, places: &FairSemaphore<ProjectId, 1>, backoff: &mut Backoff) {
    let _claiming = app.sandbox.activity.begin_claim();
    let now = app.services.clocks.machine_now();
    let claim = LeaseRequest {
        now,
        until: lease_until(&app.services, now),
        limit: PAGE,
    };
    let claimed = match app.services.ledger.store.lease_cash_receipts(claim).await {
        Ok(claimed) => claimed,
        Err(error) => return backoff.note(&error),
    };
    for receipt in claimed {
        let (looking, at_work) = (app.clone(), app.sandbox.activity.begin(receipt.project_id));
        let place = turn(app, places, receipt.project_id);
        app.services.tasks.spawn(async move {
            if let Some(_place) = place.await {
                cash_receipt::find_out(&looking.services, &receipt).await;
            }
            drop(at_work);
        });
    }
}
