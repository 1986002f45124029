//! Payments without a verdict, and cancels without an outcome.

use std::sync::Arc;

use domain::ProjectId;
use domain::payment::{Cancel, Payment};
use fairness::FairSemaphore;
use store::LeaseRequest;

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
                resolve_in_turn(&app, &places, cancel).await;
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
    }
}

/// A write only when a read has found something, as for cancels.
async fn lease_payments(app: &App, turns: &mut Turns) -> Option<Vec<Payment>> {
    let (store, request) = (app.services.store(), request(app));
    let is_due = turns.given(store.has_due_resolution(request.now).await)?;
    if is_due {
        return turns.given(store.lease_resolutions(request).await);
    }
    None
}

async fn lease_cancels(app: &App, turns: &mut Turns) -> Option<Vec<Cancel>> {
    let store = app.services.store();
    let is_any = turns.given(store.has_open_cancels().await)?;
    if is_any {
        return turns.given(store.lease_cancels(request(app)).await);
    }
    None
}

fn resolve_payment(app: &Arc<App>, places: &FairSemaphore<ProjectId, 1>, payment: Payment) {
    // One that is being debited here is not orphaned, only slow.
    if app.services.in_flight.payments.subscribe(payment.receipt_id).is_some() {
        return;
    }
    let (resolving, at_work) = (app.clone(), app.sandbox.activity.begin(payment.project_id));
    let place = turn(app, places, payment.project_id);
    app.services.tasks.spawn(async move {
        if let Some(_place) = place.await {
            resolution::resolve(&resolving.services, payment).await;
        }
        drop(at_work);
    });
}

async fn resolve_in_turn(app: &Arc<App>, places: &FairSemaphore<ProjectId, 1>, cancel: Cancel) {
    // Whose it is, its payment knows.
    let Ok(Some(payment)) = app.services.store().payment_of_anyone(cancel.receipt_id).await else {
        return;
    };
    let project = payment.project_id;
    let age_ms = app.services.now_of(project).since_ms(cancel.requested_at);
    // The request that opened it is still waiting for the PG.
    if u128::from(age_ms) < app.services.settings.timing.start_grace.as_millis() {
        return;
    }
    let (resolving, at_work) = (app.clone(), app.sandbox.activity.begin(project));
    let place = turn(app, places, project);
    app.services.tasks.spawn(async move {
        if let Some(_place) = place.await
            && let Err(refusal) = resolve_cancel(&resolving.services, project, &cancel).await
        {
            tracing::warn!(code = refusal.code.name(), cancel = %cancel.id, "a cancel could not be settled");
        }
        drop(at_work);
    });
}
