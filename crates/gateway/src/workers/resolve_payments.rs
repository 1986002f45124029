//! Payments without a verdict, and cancels without an outcome.

use std::sync::Arc;

use domain::due::DueKind;
use domain::payment::{Cancel, Payment};
use store::Leased;

use super::{LeasedWork, Turns};
use crate::app::App;
use crate::services::payment::{Resend, resolution, resolve_cancel};

const EVERY_MS: u64 = 250;
/// Resolutions at once.
const AT_ONCE: usize = 64;

/// Runs until the gateway stops.
pub async fn resolve_payments(app: Arc<App>) {
    let work = LeasedWork::of(&app, AT_ONCE);
    let cancels = work.beside();
    let mut turns = Turns::of(&app, "verdicts", EVERY_MS);
    loop {
        // A jump is told when it happens, not when a verdict is due.
        app.services.clocks.steady_since();
        if !app.services.are_debits_held() {
            let claiming = app.sandbox.activity.begin_claim();
            let store = app.services.store();
            let payments = work.lease(&mut turns, DueKind::Resolution, async |request, busy| {
                store.lease_resolutions(request, busy).await
            });
            for leased in payments.await {
                // One that is being debited here, or whose outcome is kept here, is not orphaned, only slow.
                if !app.services.in_flight.payments.is_registered(leased.of.receipt_id) {
                    work.spawn(leased.of.receipt_id.0, leased, resolve_payment);
                }
            }
            let leased = cancels.lease(&mut turns, DueKind::Cancel, async |request, busy| {
                store.lease_cancels(request, busy).await
            });
            for leased in leased.await {
                cancels.spawn(leased.of.id.0, leased, resolve_one_cancel);
            }
            drop(claiming);
        }
        if !turns.next().await {
            return;
        }
    }
}

async fn resolve_payment(app: Arc<App>, leased: Leased<Payment>) {
    resolution::resolve(&app.services, leased).await;
}

async fn resolve_one_cancel(app: Arc<App>, leased: Leased<Cancel>) {
    if let Err(refusal) = resolve_cancel(&app.services, &leased, Resend::WhereSafe).await {
        tracing::warn!(code = refusal.code.name(), cancel = %leased.of.id, "a cancel could not be settled");
    }
}
