//! Open issuances: what this process drives is renewed, what nobody drives any more is taken up, and what nobody published in time
//! ends. All the time and not only at a start: another gateway over the same store may be gone at any moment.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use domain::change::{Change, Decision};
use domain::due::{DueKind, Lease};
use domain::issuance::{self, Issuance, IssuanceState};
use domain::transition::Actor;
use domain::{EpochMs, ReceiptId};
use store::{Busy, CommitError, CommitRefused, Leased};

use super::Turns;
use crate::app::App;
use crate::services::issuance::{consent, lease, recover_publish, unpublished};
use crate::support::Origin;

const PAGE: u32 = 500;
/// A lease lasts five of these.
const EVERY_MS: u64 = 2_000;

/// Takes up what nobody drives when this process starts, before anybody is answered: it counts against the limits.
pub async fn take_up_at_start(app: &Arc<App>) {
    let mut turns = Turns::of(app, "consents", EVERY_MS);
    while take_up(app, &mut turns).await {}
}

/// Runs until the gateway stops.
pub async fn consents(app: Arc<App>) {
    let mut turns = Turns::of(&app, "consents", EVERY_MS);
    while turns.next().await {
        let began = app.services.clocks.machine_now();
        if renew(&app, &mut turns).await.is_some() {
            app.services.driven_at.store(began.0, Ordering::Release);
        }
        while take_up(&app, &mut turns).await {}
    }
}

/// Renews what is driven here. What is not there any more has been taken by another gateway: whoever drives it here stops. What is
/// there and is not driven, because its commit was in doubt, is taken up. `None`: the store does not answer.
async fn renew(app: &Arc<App>, turns: &mut Turns) -> Option<()> {
    let services = &app.services;
    let driven = services.in_flight.issuances.leased();
    let until = services.clocks.machine_now().plus_ms(lease::LASTS_MS);
    let held = turns.given(services.store().renew_consents(services.lease, until).await)?;
    let kept: HashSet<ReceiptId> = held.iter().map(|(_, id)| *id).collect();
    for (gone, number) in driven.iter().filter(|(id, _)| !kept.contains(id)) {
        // Not what has come in its place meanwhile.
        let is_same = |_, now: u64| now == *number;
        services.in_flight.issuances.give_up(*gone, is_same);
    }
    for (project, left) in held {
        if services.in_flight.issuances.origin(left).is_none() {
            let found = services.store().issuance(project, left).await;
            if let Some(Some(issuance)) = turns.given(found) {
                take_over(app, Arc::new(issuance));
            }
        }
    }
    Some(())
}

/// Takes what is due; whether there may be more.
async fn take_up(app: &Arc<App>, turns: &mut Turns) -> bool {
    let services = &app.services;
    let now = services.clocks.machine_now();
    let is_due = services.store().has_due(DueKind::Consent, now, &Busy::default()).await;
    if turns.given(is_due) != Some(true) {
        return false;
    }
    let asked = lease::request(services, now, PAGE);
    let Some(leased) = turns.given(services.store().lease_consents(asked).await) else {
        return false;
    };
    let is_full = leased.len() == PAGE as usize;
    for leased in leased {
        go_on(app, turns, leased).await;
    }
    is_full
}

async fn go_on(app: &Arc<App>, turns: &mut Turns, leased: Leased<Issuance>) {
    let (services, issuance) = (&app.services, leased.of);
    // Whoever drives it here ends it in time.
    if services.in_flight.issuances.origin(issuance.receipt_id).is_some() {
        return;
    }
    let project = issuance.project_id;
    if unpublished::may_have_left_a_key(services, &issuance) {
        // Not waited for: a PG that hangs holds up no other's consents.
        services.tasks.spawn(unpublished::end_key(services.clone(), issuance));
        return;
    }
    let step = issuance::expire(&issuance, services.now_of(project));
    let changes = match (step, issuance.state) {
        (Some(step), _) => {
            let Decision { next, mut changes } = Decision::of(&issuance, step);
            changes.extend(unpublished::see_to_its_key(services, &next));
            changes
        }
        (None, IssuanceState::Consented) => vec![work(&issuance, Some(issuance.consent_expires_at), leased.lease)],
        (None, state) if !state.is_open() => vec![work(&issuance, None, leased.lease)],
        (None, _) => return take_over(app, Arc::new(issuance)),
    };
    let is_expired = changes.len() > 1;
    match services.ledger.commit(project, changes).await {
        Ok(()) if is_expired => metrics::counter!("jadong_consents_total", "state" => "expired").increment(1),
        // The merchant has just published it.
        Ok(()) | Err(CommitError::Refused(CommitRefused::LostRace)) => {}
        Err(error) => turns.backoff.note(&error),
    }
}

/// When there is something to be done about it; `None`: nothing any more. Not where somebody has it since.
fn work(issuance: &Issuance, at: Option<EpochMs>, held: Lease) -> Change {
    let (kind, object) = (DueKind::Consent, issuance.receipt_id.0);
    Change::Schedule {
        kind,
        object,
        at,
        held: Some(held),
    }
}

/// Drives it from what is on disk. The customer is not called again: only questions are asked.
fn take_over(app: &Arc<App>, issuance: Arc<Issuance>) {
    let (services, in_flight) = (&app.services, &app.services.in_flight.issuances);
    match issuance.state {
        IssuanceState::Requested | IssuanceState::Consenting => {
            let Some(guard) = in_flight.register_as(Origin::Adopted, issuance.receipt_id, &issuance) else {
                return;
            };
            let share = services.ledger.share_of(issuance.project_id);
            let guard = guard.with_slot(in_flight.reserve_slot_over_limit(share));
            let driven = app.clone();
            services
                .tasks
                .spawn(async move { consent::follow(&driven.services, guard, issuance, Actor::Worker).await });
        }
        IssuanceState::Publishing | IssuanceState::InDoubt => recover_publish::spawn_unguarded(services, issuance),
        // It waits for its merchant, or has ended.
        IssuanceState::Consented
        | IssuanceState::Issued
        | IssuanceState::Refused
        | IssuanceState::Expired
        | IssuanceState::Failed => {}
    }
}
