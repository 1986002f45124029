//! Payments without a verdict, and cancels without an outcome.

use std::sync::Arc;

use domain::ProjectId;
use domain::due::DueKind;
use domain::payment::{Cancel, Payment};
use fairness::FairSemaphore;
use store::{Busy, LeaseRequest, Leased};

use super::{Turns, turn};
use crate::app::App;
use crate::services::payment::{resolution, resolve_cancel};

const EVERY_MS: u64 = 250;
const PAGE: u32 = 64;
/// Resolutions at once.
const AT_ONCE: usize = 64;

/// Runs until the gateway stops.
pub async fn resolve_payments(app: Arc<App>) {
    let places = FairSemaphore::new(AT_ONCE);
    let mut turns = Turns::of(&app, "verdicts", EVERY_MS);
    loop {
        // A jump is told when it happens, not when a verdict is due.
        app.services.clocks.steady_since();
        if !app.services.are_debits_held() {
            let claiming = app.sandbox.activity.begin_claim();
            for payment in lease_payments(&app, &mut turns).await.unwrap_or_default() {
                resolve_payment(&app, &places, payment);
            }
            for cancel in lease_cancels(&app, &mut turns).await.unwrap_or_default() {
                resolve_in_turn(&app, &places, cancel);
            }
            drop(claiming);
        }
        if !turns.next().await {
            return;
        }
    }
}

fn request(app: &App) -> LeaseRequest {
    let now = app.services.clocks.machine_now();
    LeaseRequest {
        now,
        until: resolution::lease_until(&app.services, now),
        limit: PAGE,
        lease: app.services.ids.lease(),
    }
}

/// A write only when a read has found something, as for cancels.
async fn lease_payments(app: &App, turns: &mut Turns) -> Option<Vec<Leased<Payment>>> {
    let (store, request) = (app.services.store(), request(app));
    let is_due = store.has_due(DueKind::Resolution, request.now, &Busy::default()).await;
    if turns.given(is_due)? {
        return turns.given(store.lease_resolutions(request).await);
    }
    None
}

async fn lease_cancels(app: &App, turns: &mut Turns) -> Option<Vec<Leased<Cancel>>> {
    let (store, request) = (app.services.store(), request(app));
    let is_due = store.has_due(DueKind::Cancel, request.now, &Busy::default()).await;
    if turns.given(is_due)? {
        return turns.given(store.lease_cancels(request).await);
    }
    None
}

fn resolve_payment(app: &Arc<App>, places: &FairSemaphore<ProjectId, 1>, leased: Leased<Payment>) {
    // One that is being debited here, or whose outcome is kept here, is not orphaned, only slow.
    if app.services.in_flight.payments.is_registered(leased.of.receipt_id) {
        return;
    }
    let (resolving, at_work) = (app.clone(), app.sandbox.activity.begin(leased.project));
    let place = turn(app, places, leased.project);
    app.services.tasks.spawn(async move {
        if let Some(_place) = place.await {
            resolution::resolve(&resolving.services, leased).await;
        }
        drop(at_work);
    });
}

fn resolve_in_turn(app: &Arc<App>, places: &FairSemaphore<ProjectId, 1>, leased: Leased<Cancel>) {
    let (resolving, at_work) = (app.clone(), app.sandbox.activity.begin(leased.project));
    let place = turn(app, places, leased.project);
    app.services.tasks.spawn(async move {
        if let Some(_place) = place.await
            && let Err(refusal) = resolve_cancel(&resolving.services, &leased).await
        {
            tracing::warn!(code = refusal.code.name(), cancel = %leased.of.id, "a cancel could not be settled");
        }
        drop(at_work);
    });
}
