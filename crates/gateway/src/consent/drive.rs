//! Driving a consent from the request to the customer's decision. One task per open consent; nothing is locked and no
//! connection to the store is held while the PG or the customer is waited for.

use std::sync::Arc;

use domain::change::{Actor, Change};
use domain::issuance::{self, ConsentSeen, Issuance, Payer};
use pg::{ConsentFound, Outcome, StartOrder};
use store::{CommitError, Refused};

use super::pace;
use crate::board::Posted;
use crate::crash::crash_point;
use crate::house::House;
use crate::overview;
use crate::sandbox::heard;

/// Asks the PG to call the customer, then follows the consent to its end.
pub async fn start(house: &House, posted: Posted<Issuance>, issuance: Arc<Issuance>, payer: Payer) {
    let order = StartOrder {
        order_id: issuance.pg_order_id(),
        order_name: issuance.terms.order_name.clone(),
        auth_type: issuance.terms.auth_type,
        payer,
    };
    let at = house
        .clocks
        .moment_of(issuance.project_id)
        .at_bank(&issuance.terms.shown.bank_code);
    let outcome = house.connector.start_consent(order, at).await;
    crash_point!("request_after_pg");
    let now = house.now_of(issuance.project_id);
    let changes = match outcome {
        Outcome::Done(seen) => issuance::consent_seen(&issuance, seen, Actor::Api, now),
        Outcome::Refused { code, pg } => {
            let over = ConsentSeen::Over { code, pg: Some(pg) };
            issuance::consent_seen(&issuance, over, Actor::Api, now)
        }
        Outcome::NotSent(_) => issuance::not_started(&issuance, Actor::Api, now),
        Outcome::Unknown(_) => Vec::new(),
    };
    if let Some(issuance) = advance(house, &posted, issuance, changes).await {
        crash_point!("request_after_outcome_commit");
        follow(house, posted, issuance, Actor::Api).await;
    }
}

/// Asks the PG about a consent until it is decided or over.
pub async fn follow(house: &House, posted: Posted<Issuance>, mut issuance: Arc<Issuance>, actor: Actor) {
    let ear = house
        .simulator
        .is_some()
        .then(|| house.bells.listen(issuance.receipt_id));
    while issuance.state.awaits_consent() {
        let now = house.now_of(issuance.project_id);
        let next = now.plus_ms(wait_ms(&issuance, now)).min(issuance.consent_expires_at);
        tokio::select! {
            () = house.clocks.sleep_until(issuance.project_id, next) => {}
            () = heard(ear.as_ref()) => {}
            () = house.stopping.cancelled() => return,
        }
        let expired = issuance::expire(&issuance, house.now_of(issuance.project_id));
        let changes = if expired.is_empty() {
            ask(house, &issuance, actor).await
        } else {
            expired
        };
        match advance(house, &posted, issuance, changes).await {
            Some(moved) => issuance = moved,
            None => return,
        }
    }
    posted.leave(issuance);
}

fn wait_ms(issuance: &Issuance, now: domain::EpochMs) -> u64 {
    u64::try_from(pace::interval(now.since_ms(issuance.requested_at)).as_millis()).unwrap_or(u64::MAX)
}

async fn ask(house: &House, issuance: &Issuance, actor: Actor) -> Vec<Change> {
    house.pace.turn(issuance.project_id).await;
    let asked_at = house.now_of(issuance.project_id);
    let at = house.clocks.moment_of(issuance.project_id);
    match house.connector.find_consent(issuance.pg_order_id(), at).await {
        Outcome::Done(ConsentFound::Consent { seen, .. }) => {
            issuance::consent_seen(issuance, seen, actor, house.now_of(issuance.project_id))
        }
        // Too early to say that it never arrived: the call may still be on its way.
        Outcome::Done(ConsentFound::Nothing)
            if u128::from(asked_at.since_ms(issuance.requested_at))
                >= house.settings.timing.start_grace.as_millis() =>
        {
            issuance::not_started(issuance, actor, house.now_of(issuance.project_id))
        }
        Outcome::Done(ConsentFound::Nothing) | Outcome::NotSent(_) | Outcome::Unknown(_) | Outcome::Refused { .. } => {
            Vec::new()
        }
    }
}

/// Commits `changes` and shows the result. `None` when the issuance is out of this driver's hands.
async fn advance(
    house: &House,
    posted: &Posted<Issuance>,
    issuance: Arc<Issuance>,
    changes: Vec<Change>,
) -> Option<Arc<Issuance>> {
    let Some(Change::MoveIssuance(step)) = changes.first() else {
        return Some(issuance);
    };
    let moved = Arc::new(Issuance::clone(&issuance).after(step));
    match house.commit(moved.project_id, changes).await {
        Ok(()) => {
            count(house, issuance.state, &moved);
            // The decision itself is shown on leaving.
            if moved.state.awaits_consent() {
                posted.show(moved.clone());
            }
            Some(moved)
        }
        Err(CommitError::Refused(Refused::LostRace)) => None,
        Err(error) => {
            // The PG is asked again, and the change made then.
            tracing::error!(%error, receipt_id = %issuance.receipt_id, "a consent could not be recorded");
            Some(issuance)
        }
    }
}

fn count(house: &House, before: issuance::State, issuance: &Issuance) {
    overview::issuance(house, before, issuance);
    metrics::counter!("jadong_consents_total", "state" => issuance.state.name()).increment(1);
}
