//! Payments without a verdict, and cancels without an outcome.

use std::sync::Arc;

use domain::ProjectId;
use domain::payment::Cancel;
use fairness::FairSemaphore;
use store::LeaseRequest;

use super::turn;
use crate::app::App;
use crate::services::payment::{resolution, resolve_cancel};
use crate::support::Backoff;

const EVERY_MS: u64 = 250;
const PAGE: u32 = 64;
/// Resolutions at once.
const AT_ONCE: usize = 64;

/// Runs until the gateway stops.
pub async fn resolve_payments(app: Arc<App>) {
    let places = FairSemaphore::new(AT_ONCE);
    let mut wakeups = app.services.clocks.wakeups();
    let mut backoff = Backoff::of("verdicts");
    loop {
        let next = app.services.clocks.machine_now().plus_ms(backoff.pause_ms(EVERY_MS));
        // A jump is told when it happens, not when a verdict is due.
        app.services.clocks.steady_since();
        if !app.services.are_debits_held() {
            let now = app.services.clocks.machine_now();
            let claim = LeaseRequest {
                now,
                until: resolution::lease_until(&app.services, now),
                limit: PAGE,
            };
            payments(&app, claim, &places, &mut backoff).await;
            cancels(&app, claim, &places, &mut backoff).await;
        }
        tokio::select! {
            () = app.services.clocks.machine_sleep_until(next) => {}
            () = wakeups.next() => {}
            () = app.services.stopping.cancelled() => return,
        }
    }
}

async fn payments(app: &Arc<App>, claim: LeaseRequest, places: &FairSemaphore<ProjectId, 1>, backoff: &mut Backoff) {
    match app.services.ledger.store.has_due_resolution(claim.now).await {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => return backoff.note(&error),
    }
    let _claiming = app.sandbox.activity.begin_claim();
    match app.services.ledger.store.lease_resolutions(claim).await {
        Ok(claimed) => {
            for payment in claimed {
                // One that is being debited here is not orphaned, only slow.
                if app.services.in_flight.payments.subscribe(payment.receipt_id).is_some() {
                    continue;
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
        }
        Err(error) => backoff.note(&error),
    }
}

async fn cancels(app: &Arc<App>, claim: LeaseRequest, places: &FairSemaphore<ProjectId, 1>, backoff: &mut Backoff) {
    match app.services.ledger.store.has_open_cancels().await {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => return backoff.note(&error),
    }
    let _claiming = app.sandbox.activity.begin_claim();
    match app.services.ledger.store.lease_cancels(claim).await {
        Ok(claimed) => {
            for cancel in claimed {
                resolve_in_turn(app, places, cancel).await;
            }
        }
        Err(error) => backoff.note(&error),
    }
}

async fn resolve_in_turn(app: &Arc<App>, places: &FairSemaphore<ProjectId, 1>, cancel: Cancel) {
    // Whose it is, its payment knows.
    let Ok(Some(payment)) = app.services.ledger.store.payment_of_anyone(cancel.receipt_id).await else {
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
            && let Err(refusal) = resolve_cancel(&resolving.services, &cancel).await
        {
            tracing::warn!(code = refusal.code.name(), cancel = %cancel.id, "a cancel could not be settled");
        }
        drop(at_work);
    });
}
