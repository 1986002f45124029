//! Settling a publish whose outcome is unknown, or whose process died: the PG is asked what it did until it says so.
//! Nothing is ever asked for under another order id, so at most one key comes of it.

use std::sync::Arc;
use std::time::Duration;

use domain::Won;
use domain::change::{Actor, Change};
use domain::error::PgWords;
use domain::issuance::{self, ConsentSeen, Issuance, Registration, State};
use pg::{ConsentFound, Outcome};
use store::{CommitError, Refused};

use super::first_payment::{self, Intent};
use super::publish::{after, register};
use crate::board::Posted;
use crate::house::House;
use crate::overview;

const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How often the PG must deny knowing an order before it is believed.
const DENIALS: u32 = 3;

/// Settles in the background what is on the board already.
pub fn spawn(house: &Arc<House>, posted: Posted<Issuance>, issuance: Arc<Issuance>) {
    let settling = house.clone();
    house
        .tasks
        .spawn(async move { settle(&settling, &posted, issuance).await });
}

/// Settles in the background, unless somebody in this process is at it.
pub fn spawn_unposted(house: &Arc<House>, issuance: Arc<Issuance>) {
    if let Some(posted) = house.board.put_up(issuance.receipt_id, &issuance) {
        spawn(house, posted, issuance);
    }
}

async fn settle(house: &Arc<House>, posted: &Posted<Issuance>, mut issuance: Arc<Issuance>) {
    let mut wait = FIRST_WAIT;
    let mut denials = 0;
    while matches!(issuance.state, State::Publishing | State::InDoubt) {
        // After a restore a key waits together with its first payment, which would be a debit.
        let waits = house.are_debits_held() && issuance.terms.price > Won::ZERO;
        let registration = if waits {
            Registration::Unknown
        } else {
            look_up(house, &issuance, &mut denials).await
        };
        let now = house.now_of(issuance.project_id);
        let mut changes = issuance::registered(&issuance, registration, Actor::Worker, house.ids.billing_key(now), now);
        let intent = first_payment::intend(house, &issuance, &mut changes);
        if !changes.is_empty() {
            match record(house, posted, &issuance, changes, intent).await {
                Recorded::Moved(moved) => {
                    overview::issuance(house, issuance.state, &moved);
                    issuance = moved;
                }
                Recorded::OutOfOurHands => return,
                Recorded::NotYet => {}
            }
            if issuance.state != State::InDoubt {
                continue;
            }
        }
        let until = house
            .now_of(issuance.project_id)
            .plus_ms(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
        tokio::select! {
            () = house.clocks.sleep_until(issuance.project_id, until) => {}
            () = house.stopping.cancelled() => return,
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
    metrics::counter!("jadong_settled_total", "state" => issuance.state.name()).increment(1);
    tracing::info!(receipt_id = %issuance.receipt_id, state = issuance.state.name(), "an unknown publish was settled");
}

/// What the PG did, as far as it says; an agreed consent without a key is registered again under the same order id.
async fn look_up(house: &House, issuance: &Issuance, denials: &mut u32) -> Registration {
    let at = house.clocks.moment_of(issuance.project_id);
    match house.connector.find_consent(issuance.pg_order_id(), at).await {
        Outcome::Done(ConsentFound::Consent { bid: Some(bid), .. }) => Registration::Registered { bid },
        Outcome::Done(ConsentFound::Consent {
            seen: ConsentSeen::Agreed { .. },
            bid: None,
        }) => {
            match register(house, issuance).await {
                // Nothing was sent this time; the time before is still open.
                Registration::NotSent => Registration::Unknown,
                other => other,
            }
        }
        Outcome::Done(ConsentFound::Consent {
            seen: ConsentSeen::Over { pg, .. },
            ..
        }) => Registration::Refused {
            pg: pg.unwrap_or_else(|| PgWords::new("V202", "")),
        },
        Outcome::Done(ConsentFound::Nothing) => {
            *denials += 1;
            if *denials < DENIALS {
                return Registration::Unknown;
            }
            Registration::Refused {
                pg: PgWords::new("V100", "PG에 해당 주문이 없습니다"),
            }
        }
        Outcome::Done(ConsentFound::Consent {
            seen: ConsentSeen::Ringing { .. },
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
    house: &Arc<House>,
    posted: &Posted<Issuance>,
    issuance: &Issuance,
    changes: Vec<Change>,
    intent: Option<Intent>,
) -> Recorded {
    let moved = Arc::new(after(issuance, &changes));
    match first_payment::commit(house, moved.project_id, changes, intent).await {
        Ok(intent) => {
            posted.show(moved.clone());
            first_payment::take(house, intent).await;
            Recorded::Moved(moved)
        }
        Err(CommitError::Refused(Refused::LostRace)) => Recorded::OutOfOurHands,
        Err(error) => {
            tracing::error!(%error, receipt_id = %issuance.receipt_id, "a verdict could not be recorded");
            Recorded::NotYet
        }
    }
}
