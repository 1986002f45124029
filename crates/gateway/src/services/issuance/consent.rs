//! Driving a consent from the request to the customer's decision. One task per open consent; nothing is locked and no
//! connection to the store is held while the PG or the customer is waited for.

use std::sync::Arc;
use std::time::Duration;

use domain::ReceiptId;
use domain::change::Decision;
use domain::issuance::{self, ConsentReport, Issuance, IssuanceState, IssuanceTransition, Payer};
use domain::transition::Actor;
use pg::{ConsentLookup, ConsentSeen, FindConsentRequest, Outcome, SendBy, StartConsentRequest};
use store::{CommitError, CommitRefused};

use super::{lease, poll_budget, probe, unpublished};
use crate::services::Services;
use crate::services::kept_outcomes::{self, PgOutcome};
use crate::support::InFlightGuard;
use crate::support::failpoints::crash_point;

/// A question that may make something is asked no more often.
const PROBES_APART: Duration = Duration::from_secs(2);

/// Asks the PG to call the customer, then follows the consent to its end.
pub async fn start(
    services: &Arc<Services>,
    guard: InFlightGuard<Issuance>,
    issuance: Arc<Issuance>,
    payer: Payer,
    send_by: SendBy,
) {
    let order = StartConsentRequest {
        order_id: issuance.pg_order_id(),
        order_name: issuance.terms.order_name.clone(),
        auth_type: issuance.terms.auth_type,
        payer,
    };
    // After a pause of the machine somebody else may have it, and may have ended it: nobody is called for nothing.
    let age_ms = services.now_of(issuance.project_id).since_ms(issuance.requested_at);
    if age_ms >= lease::LASTS_MS && !lease::take(services, issuance.project_id, &issuance).await {
        return;
    }
    let at = services
        .clocks
        .call_time(issuance.project_id)
        .of_order(&issuance.terms.metadata)
        .at_bank(&issuance.terms.shown.bank_code)
        .sent_by(send_by);
    let outcome = services.pg.connector.start_consent(order, at).await;
    crash_point!("request_after_pg");
    let now = services.now_of(issuance.project_id);
    let step = match outcome {
        Outcome::Done(seen) => issuance::consent_reported(&issuance, seen, Actor::Api, now),
        Outcome::Refused { reason: code, pg } => {
            let over = ConsentReport::Over { code, pg };
            issuance::consent_reported(&issuance, over, Actor::Api, now)
        }
        Outcome::NotSent(_) => issuance::not_started(&issuance, Actor::Api, now),
        Outcome::Unknown(_) => None,
    };
    let Some(mut issuance) = advance(services, &guard, issuance, step).await else {
        return;
    };
    crash_point!("request_after_outcome_commit");
    let seen_by = services.capabilities(issuance.project_id).consent_seen;
    if seen_by == ConsentSeen::ByRegistering && issuance.state == IssuanceState::Consenting {
        // A sandbox there may not wait for anybody.
        let step = ask(services, &issuance, seen_by, Actor::Api).await;
        match advance(services, &guard, issuance, step).await {
            Some(moved) => issuance = moved,
            None => return,
        }
    }
    follow(services, guard, issuance, Actor::Api).await;
}

/// Asks the PG about a consent until it is decided or over; where asking may make a key, as long as somebody waits for it.
pub async fn follow(
    services: &Arc<Services>,
    guard: InFlightGuard<Issuance>,
    mut issuance: Arc<Issuance>,
    actor: Actor,
) {
    let wakeup = services.consent_wakeups.listen(issuance.receipt_id);
    let seen_by = services.capabilities(issuance.project_id).consent_seen;
    while issuance.state.awaits_consent() {
        let now = services.now_of(issuance.project_id);
        if seen_by == ConsentSeen::ByRegistering && now >= probe::probed_until(services, &issuance) {
            return probe::leave(services, guard, issuance).await;
        }
        let mut next = now
            .plus_ms(wait_ms(&issuance, seen_by, now))
            .min(issuance.consent_expires_at);
        if seen_by == ConsentSeen::ByRegistering {
            next = next.min(probe::probed_until(services, &issuance));
        }
        tokio::select! {
            () = services.clocks.sleep_until(issuance.project_id, next) => {}
            () = wakeup.wait() => {}
            () = services.stopping.cancelled() => return,
            () = guard.lost() => return,
        }
        let step = match issuance::expire(&issuance, services.now_of(issuance.project_id)) {
            None => ask(services, &issuance, seen_by, actor).await,
            expired => expired,
        };
        match advance(services, &guard, issuance, step).await {
            Some(moved) => issuance = moved,
            None => return,
        }
    }
    guard.finish(issuance);
}

fn wait_ms(issuance: &Issuance, seen_by: ConsentSeen, now: domain::EpochMs) -> u64 {
    let usual = poll_budget::interval(now.since_ms(issuance.requested_at));
    let wait = match seen_by {
        ConsentSeen::ByAsking => usual,
        ConsentSeen::ByRegistering => usual.max(PROBES_APART),
    };
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)
}

/// A consent as the PG is asked for it.
pub fn order(issuance: &Issuance) -> FindConsentRequest {
    FindConsentRequest {
        order_id: issuance.pg_order_id(),
        tid: issuance.pg_tid.clone(),
    }
}

async fn ask(
    services: &Services,
    issuance: &Issuance,
    seen_by: ConsentSeen,
    actor: Actor,
) -> Option<IssuanceTransition> {
    services.pg.poll_budget.turn(issuance.project_id).await;
    if seen_by == ConsentSeen::ByRegistering {
        return probe::probe(services, issuance, actor).await;
    }
    let asked_at = services.now_of(issuance.project_id);
    let at = services.clocks.call_time(issuance.project_id);
    match services.pg.connector.find_consent(order(issuance), at).await {
        Outcome::Done(ConsentLookup::Consent { seen, .. }) => {
            issuance::consent_reported(issuance, seen, actor, services.now_of(issuance.project_id))
        }
        // Too early to say that it never arrived: the call may still be on its way.
        Outcome::Done(ConsentLookup::Nothing)
            if u128::from(asked_at.since_ms(issuance.requested_at))
                >= services.settings.timing.start_grace.as_millis() =>
        {
            issuance::not_started(issuance, actor, services.now_of(issuance.project_id))
        }
        Outcome::Done(ConsentLookup::Nothing) | Outcome::NotSent(_) | Outcome::Unknown(_) | Outcome::Refused { .. } => {
            None
        }
    }
}

/// Commits the step and shows the result. `None` when the gateway stops before it could be recorded, or the issuance is gone.
async fn advance(
    services: &Arc<Services>,
    guard: &InFlightGuard<Issuance>,
    issuance: Arc<Issuance>,
    step: Option<IssuanceTransition>,
) -> Option<Arc<Issuance>> {
    let Some(step) = step else {
        return Some(issuance);
    };
    let mut report = Report { issuance, step };
    let now = kept_outcomes::record_whenever(services, &mut report).await??;
    // The decision itself is shown on leaving.
    if now.state.awaits_consent() {
        guard.update(now.clone());
    }
    Some(now)
}

/// What the PG, or the time, says of a consent.
pub struct Report {
    pub issuance: Arc<Issuance>,
    pub step: IssuanceTransition,
}

impl PgOutcome for Report {
    /// The issuance as it is then, by this or by whoever was faster.
    type Recorded = Option<Arc<Issuance>>;

    async fn record(&mut self, services: &Arc<Services>) -> Result<Option<Arc<Issuance>>, CommitError> {
        let Decision { next, mut changes } = Decision::of(&self.issuance, self.step.clone());
        changes.extend(services.named_by_pg(next.project_id, next.receipt_id, self.step.pg_tid.as_deref()));
        changes.extend(unpublished::see_to_its_key(services, &next));
        match services.ledger.commit(next.project_id, changes).await {
            Ok(()) => {
                count(&next);
                Ok(Some(Arc::new(next)))
            }
            Err(CommitError::Refused(CommitRefused::LostRace)) => {
                let now = services.store().issuance(next.project_id, next.receipt_id).await;
                let now = now.map_err(|error| CommitError::NotDone(error.to_string()))?;
                Ok(now.map(Arc::new))
            }
            Err(error) => Err(error),
        }
    }

    fn of(&self) -> (&'static str, ReceiptId) {
        ("consent", self.issuance.receipt_id)
    }

    /// Whoever waits for a customer does so for `consent_hold` only.
    fn let_waiters_go(&self) {}
}

fn count(issuance: &Issuance) {
    metrics::counter!("jadong_consents_total", "state" => issuance.state.name()).increment(1);
}
