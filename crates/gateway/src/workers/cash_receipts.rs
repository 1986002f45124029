//! Cash receipts whose outcome nobody knows.

use std::sync::Arc;

use domain::cash_receipt::CashReceipt;
use fairness::FairSemaphore;
use store::LeaseRequest;

use super::{Turns, turn};
use crate::app::App;
use crate::services::cash_receipt;
use crate::services::payment::resolution::lease_until;

const EVERY_MS: u64 = 500;
const PAGE: u32 = 64;
/// Looked up at once.
const AT_ONCE: usize = 16;

/// Runs until the gateway stops.
pub async fn cash_receipts(app: Arc<App>) {
    let places = FairSemaphore::new(AT_ONCE);
    let mut turns = Turns::of(&app, "cash receipts", EVERY_MS);
    loop {
        let claiming = app.sandbox.activity.begin_claim();
        for receipt in lease(&app, &mut turns).await.unwrap_or_default() {
            let (looking, at_work) = (app.clone(), app.sandbox.activity.begin(receipt.project_id));
            let place = turn(&app, &places, receipt.project_id);
            app.services.tasks.spawn(async move {
                if let Some(_place) = place.await {
                    cash_receipt::find_out(&looking.services, &receipt).await;
                }
                drop(at_work);
            });
        }
        drop(claiming);
        if !turns.next().await {
            return;
        }
    }
}

/// A write only when a read has found something.
async fn lease(app: &App, turns: &mut Turns) -> Option<Vec<CashReceipt>> {
    let (store, now) = (app.services.store(), app.services.clocks.machine_now());
    if !turns.given(store.has_due_cash_receipt(now).await)? {
        return None;
    }
    let request = LeaseRequest {
        now,
        until: lease_until(&app.services, now),
        limit: PAGE,
    };
    turns.given(store.lease_cash_receipts(request).await)
}
