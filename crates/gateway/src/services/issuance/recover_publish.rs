//! Settling a publish whose outcome is unknown, or whose process died: the PG is asked what it did until it says so.
//! Nothing is ever asked for under another order id, so at most one key comes of it.

use std::sync::Arc;
use std::time::Duration;

use domain::Won;
use domain::issuance::{ConsentReport, Issuance, IssuanceState, Registration};
use domain::transition::Actor;
use pg::{ConsentLookup, ConsentSeen, Finding, Outcome};

use super::publish::register;
use super::registration::{RecordedRegistration, RegistrationEnd};
use super::{consent, first_payment};
use crate::services::Services;
use crate::services::kept_outcomes;
use crate::support::{InFlightGuard, Origin};

const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How often the PG must deny knowing an order before it is believed.
const DENIALS: u32 = 3;

/// Settles in the background what is registered already. `told`: what the PG has said of it, where that is not on disk.
pub fn spawn(
    services: &Arc<Services>,
    guard: InFlightGuard<Issuance>,
    issuance: Arc<Issuance>,
    told: Option<RegistrationEnd>,
) {
    let resolving = services.clone();
    services
        .tasks
        .spawn(async move { recover_publish(&resolving, &guard, issuance, told).await });
}

/// Settles in the background what was taken up from disk, unless somebody in this process is at it.
pub fn spawn_unguarded(services: &Arc<Services>, issuance: Arc<Issuance>) {
    let in_flight = &services.in_flight.issuances;
    if let Some(guard) = in_flight.register_as(Origin::Adopted, issuance.receipt_id, &issuance) {
        spawn(services, guard, issuance, None);
    }
}

async fn recover_publish(
    services: &Arc<Services>,
    guard: &InFlightGuard<Issuance>,
    mut issuance: Arc<Issuance>,
    mut told: Option<RegistrationEnd>,
) {
    let wakeup = services.consent_wakeups.listen(issuance.receipt_id);
    let mut wait = FIRST_WAIT;
    let mut denials = 0;
    while matches!(issuance.state, IssuanceState::Publishing | IssuanceState::InDoubt) {
        let end = match told.take() {
            told @ Some(_) => told,
            None => ask(services, &issuance, &mut denials).await,
        };
        if let Some(mut end) = end {
            match kept_outcomes::record_whenever(services, &mut end).await {
                Some(RecordedRegistration::Ours(moved, intent)) => {
                    guard.update(moved.clone());
                    first_payment::take(services, intent).await;
                    issuance = moved;
                }
                Some(RecordedRegistration::OutOfOurHands) | None => return,
            }
            if issuance.state != IssuanceState::InDoubt {
                continue;
            }
        }
        let until = services
            .now_of(issuance.project_id)
            .plus_ms(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
        tokio::select! {
            () = services.clocks.sleep_until(issuance.project_id, until) => wait = (wait * 2).min(LONGEST_WAIT),
            () = wakeup.wait() => {}
            () = services.stopping.cancelled() => return,
            () = guard.lost() => return,
        }
    }
    metrics::counter!("jadong_settled_total", "state" => issuance.state.name()).increment(1);
    tracing::info!(receipt_id = %issuance.receipt_id, state = issuance.state.name(), "an unknown publish was settled");
}

/// What the PG says of it, decided on; `None` where that decides nothing.
async fn ask(services: &Services, issuance: &Arc<Issuance>, denials: &mut u32) -> Option<RegistrationEnd> {
    // After a restore a key waits together with its first payment, which would be a debit.
    let waits = services.are_debits_held() && issuance.terms.price > Won::ZERO;
    let registration = if waits {
        Registration::Unknown
    } else {
        look_up(services, issuance, denials).await
    };
    RegistrationEnd::new(services, issuance.clone(), registration, Actor::Worker)
}

/// What the PG did, as far as it says; an agreed consent without a key is registered again under the same order id.
async fn look_up(services: &Services, issuance: &Issuance, denials: &mut u32) -> Registration {
    let (send_by, at) = (services.send_by(), services.clocks.call_time(issuance.project_id));
    let seen_by = services.capabilities(issuance.project_id).consent_seen;
    match services.pg.connector.find_consent(consent::order(issuance), at).await {
        Outcome::Done(ConsentLookup::Consent { bid: Some(bid), .. }) => Registration::Registered { bid },
        // Where only asking for the key shows an agreement, a consent that was agreed to looks like one that is waited for.
        Outcome::Done(ConsentLookup::Consent {
            seen: ConsentReport::Ringing { .. },
            bid: None,
        }) if seen_by == ConsentSeen::ByAsking => Registration::Unknown,
        Outcome::Done(ConsentLookup::Consent {
            seen: ConsentReport::Agreed { .. } | ConsentReport::Ringing { .. },
            bid: None,
        }) => {
            match register(services, issuance, send_by).await {
                // Nothing was sent this time; the time before is still open.
                Registration::NotSent => Registration::Unknown,
                other => other,
            }
        }
        Outcome::Done(ConsentLookup::Consent {
            seen: ConsentReport::Over { pg, .. },
            ..
        }) => Registration::Refused { pg },
        Outcome::Done(ConsentLookup::Nothing) => {
            *denials += 1;
            if *denials < DENIALS {
                return Registration::Unknown;
            }
            Registration::Refused {
                pg: services
                    .pg
                    .connector
                    .message(Finding::NoSuchOrder, Some(issuance.project_id)),
            }
        }
        Outcome::Refused { .. } | Outcome::NotSent(_) | Outcome::Unknown(_) => Registration::Unknown,
    }
}
