//! Cash receipts whose outcome nobody knows.

use std::sync::Arc;

use domain::cash_receipt::CashReceipt;
use domain::due::DueKind;
use store::Leased;

use super::{LeasedWork, Turns};
use crate::app::App;
use crate::services::cash_receipt;

const EVERY_MS: u64 = 500;
/// Looked up at once.
const AT_ONCE: usize = 16;

/// Runs until the gateway stops.
pub async fn cash_receipts(app: Arc<App>) {
    let work = LeasedWork::of(&app, AT_ONCE);
    let mut turns = Turns::of(&app, "cash receipts", EVERY_MS);
    loop {
        let claiming = app.sandbox.activity.begin_claim();
        let leased = work.lease(&mut turns, DueKind::CashReceipt, async |request, busy| {
            app.services.store().lease_cash_receipts(request, busy).await
        });
        for leased in leased.await {
            work.spawn(leased.of.receipt_id.0, leased, find_out);
        }
        drop(claiming);
        if !turns.next().await {
            return;
        }
    }
}

async fn find_out(app: Arc<App>, leased: Leased<CashReceipt>) {
    cash_receipt::find_out(&app.services, &leased.of).await;
}
