//! Cash receipts whose outcome nobody knows.

use std::sync::Arc;

use domain::cash_receipt::CashReceipt;
use domain::due::DueKind;
use fairness::FairSemaphore;
use store::{Busy, LeaseRequest, Leased};

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
        for leased in lease(&app, &mut turns).await.unwrap_or_default() {
            let (looking, at_work) = (app.clone(), app.sandbox.activity.begin(leased.project));
            let place = turn(&app, &places, leased.project);
            app.services.tasks.spawn(async move {
                if let Some(_place) = place.await {
                    cash_receipt::find_out(&looking.services, &leased.of).await;
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
async fn lease(app: &App, turns: &mut Turns) -> Option<Vec<Leased<CashReceipt>>> {
    let (store, now) = (app.services.store(), app.services.clocks.machine_now());
    if !turns.given(store.has_due(DueKind::CashReceipt, now, &Busy::default()).await)? {
        return None;
    }
    let request = LeaseRequest {
        now,
        until: lease_until(&app.services, now),
        limit: PAGE,
        lease: app.services.ids.lease(),
    };
    turns.given(store.lease_cash_receipts(request).await)
}
