//! Settling a publish whose outcome is unknown, or whose process died: the PG is asked what it did until it says so.
//! Nothing is ever asked for under another order id, so at most one key comes of it.

use std::sync::Arc;
use std::time::Duration;

use domain::Won;
use domain::change::Decision;
use domain::issuance::{self, ConsentReport, Issuance, IssuanceState, Registered, Registration};
use domain::transition::Actor;
use pg::{ConsentLookup, Finding, Outcome};
use store::{CommitError, CommitRefused};

use super::first_payment;
use super::publish::register;
use crate::services::Services;
use crate::support::InFlightGuard;

const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How often the PG must deny knowing an order before it is believed.
const DENIALS: u32 = 3;

/// Settles in the background what is registered already.
pub fn spawn(services: &Arc<Services>, guard: InFlightGuard<Issuance>, issuance: Arc<Issuance>) {
    let resolving = services.clone();
    services
        .tasks
        .spawn(async move { recover_publish(&resolving, &guard, issuance).await });
}

/// Settles in the background, unless somebody in this process is at it.
pub fn spawn_unguarded(services: &Arc<Services>, issuance: Arc<Issuance>) {
    if let Some(guard) = services.in_flight.issuances.register(issuance.receipt_id, &issuance) {
        spawn(services, guard, issuance);
    }
}

async fn recover_publish(services: &Arc<Services>, guard: &InFlightGuard<Issuance>, mut issuance: Arc<Issuance>) {
    let mut wait = FIRST_WAIT;
    let mut denials = 0;
    while matches!(issuance.state, IssuanceState::Publishing | IssuanceState::InDoubt) {
        // After a restore a key waits together with its first payment, which would be a debit.
        let waits = services.are_debits_held() && issuance.terms.price > Won::ZERO;
        let registration = if waits {
            Registration::Unknown
        } else {
            look_up(services, &issuance, &mut denials).await
        };
        let now = services.now_of(issuance.project_id);
        let registered = issuance::registered(
            &issuance,
            registration,
            Actor::Worker,
            services.ids.billing_key(issuance.project_id, now),
            now,
        );
        if let Some(registered) = registered {
            match record(services, guard, &issuance, &registered).await {
                Recorded::Moved(moved) => {
                    issuance = moved;
                }
                Recorded::OutOfOurHands => return,
                Recorded::NotYet => {}
            }
            if issuance.state != IssuanceState::InDoubt {
                continue;
            }
        }
        let until = services
            .now_of(issuance.project_id)
            .plus_ms(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
        tokio::select! {
            () = services.clocks.sleep_until(issuance.project_id, until) => {}
            () = services.stopping.cancelled() => return,
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
    metrics::counter!("jadong_settled_total", "state" => issuance.state.name()).increment(1);
    tracing::info!(receipt_id = %issuance.receipt_id, state = issuance.state.name(), "an unknown publish was settled");
}

/// What the PG did, as far as it says; an agreed consent without a key is registered again under the same order id.
async fn look_up(services: &Services, issuance: &Issuance, denials: &mut u32) -> Registration {
    let at = services.clocks.call_time(issuance.project_id);
    match services.pg.connector.find_consent(issuance.pg_order_id(), at).await {
        Outcome::Done(ConsentLookup::Consent { bid: Some(bid), .. }) => Registration::Registered { bid },
        Outcome::Done(ConsentLookup::Consent {
            seen: ConsentReport::Agreed { .. },
            bid: None,
        }) => {
            match register(services, issuance).await {
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
                pg: services.pg.connector.message(Finding::NoSuchOrder),
            }
        }
        Outcome::Done(ConsentLookup::Consent {
            seen: ConsentReport::Ringing { .. },
            ..
        })
        | Outcome::Refused { .. }
        | Outcome::NotSent(_)
        | Outcome::Unknown(_) => Registration::Unknown,
    }
}

enum Recorded {
    Moved(Arc<Issuance>),
    OutOfOurHands,
    NotYet,
}

async fn record(
    services: &Arc<Services>,
    guard: &InFlightGuard<Issuance>,
    issuance: &Issuance,
    registered: &Registered,
) -> Recorded {
    let decision = Decision::registered(issuance, registered);
    let moved = Arc::new(decision.next);
    let intent = first_payment::intend(services, issuance, registered.key.as_ref());
    match first_payment::commit(services, &moved, decision.changes, intent).await {
        Ok(intent) => {
            guard.update(moved.clone());
            first_payment::take(services, intent).await;
            Recorded::Moved(moved)
        }
        Err(CommitError::Refused(CommitRefused::LostRace)) => Recorded::OutOfOurHands,
        Err(error) => {
            tracing::error!(%error, receipt_id = %issuance.receipt_id, "a verdict could not be recorded");
            Recorded::NotYet
        }
    }
}
