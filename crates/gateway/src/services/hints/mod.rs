//! Webhooks of a project's PG, as hints. They are not signed, so nothing that they say is written: they only name a receipt that is worth
//! a look, and what follows is what the look shows. One that is lost costs nothing, because everything is asked for in its time anyway.

mod look;
mod token;

pub use token::{pg_webhook_token, project_of_token};

use std::num::NonZeroU32;
use std::sync::Arc;

use domain::issuance::{Issuance, IssuanceState};
use domain::payment::{Payment, PaymentState};
use domain::{ProjectId, ReceiptId, Refusal};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use pg::{Hint, HintSays};
use store::ReadError;

use super::Services;
use crate::support::{InFlight, Slot, at_capacity};

/// Hints in hand at once, of all projects.
const IN_HAND: usize = 256;
/// Looks at its PG that hints make for one project.
const LOOKS_PER_SECOND: NonZeroU32 = NonZeroU32::new(5).unwrap();

/// The hints in hand.
pub struct Hints {
    /// By the receipt that is to be looked at: another hint of it adds nothing before that.
    waiting: Arc<InFlight<()>>,
    looks: DefaultKeyedRateLimiter<ProjectId>,
}

impl Default for Hints {
    fn default() -> Self {
        Self {
            waiting: Arc::new(InFlight::new(IN_HAND)),
            looks: RateLimiter::dashmap(Quota::per_second(LOOKS_PER_SECOND)),
        }
    }
}

/// What came of a hint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
enum Became {
    /// It has no id in it.
    Unreadable,
    /// It is of nothing that the project has.
    Unknown,
    /// No answer of the PG would change what it is of.
    Settled,
    /// The same is about to be looked at.
    Waiting,
    /// Whoever is at it was woken, or somebody else is.
    InOtherHands,
    /// The PG says nothing new, or nothing.
    NothingNew,
    /// What the PG says was written down.
    Moved,
    /// The store does not answer, or the gateway stops, or debits are held.
    Dropped,
}

/// What a hint is of.
enum Subject {
    Payment(Box<Payment>),
    Issuance(Arc<Issuance>),
}

/// Takes a hint of the project in hand, if it is one, and does not wait for what comes of it.
///
/// Errors: `OVERLOADED` where as many are in hand as may be; the PG sends it again.
pub fn take(services: &Arc<Services>, project: ProjectId, hint: Option<Hint>) -> Result<(), Refusal> {
    let Some(hint) = hint else {
        count(Became::Unreadable);
        return Ok(());
    };
    let place = services.hints.waiting.reserve_slot(services.ledger.share_of(project));
    let place = place.map_err(|of| at_capacity(of, "webhooks of PGs"))?;
    let following = services.clone();
    services.tasks.spawn(async move {
        let became = follow(&following, project, hint, place).await;
        count(became.unwrap_or(Became::Dropped));
    });
    Ok(())
}

fn count(became: Became) {
    metrics::counter!("jadong_pg_hints_total", "became" => <&str>::from(became)).increment(1);
}

async fn follow(services: &Arc<Services>, project: ProjectId, hint: Hint, place: Slot) -> Result<Became, ReadError> {
    let hints = &services.hints;
    let Some(subject) = subject(services, project, hint).await? else {
        return Ok(Became::Unknown);
    };
    if !subject.is_worth_a_look(hint.says) {
        return Ok(Became::Settled);
    }
    let Some(guard) = hints.waiting.register(subject.receipt(), &Arc::new(())) else {
        return Ok(Became::Waiting);
    };
    let guard = guard.with_slot(place);
    tokio::select! {
        () = hints.looks.until_key_ready(&project) => {}
        () = services.stopping.cancelled() => return Ok(Became::Dropped),
    }
    tokio::select! {
        () = services.pg.poll_budget.turn(project) => {}
        () = services.stopping.cancelled() => return Ok(Became::Dropped),
    }
    // Whoever hints from here on wants another look.
    let _place = guard.into_slot();
    if services.are_debits_held() {
        return Ok(Became::Dropped);
    }
    // As it is by now.
    match self::subject(services, project, hint).await? {
        Some(subject) if subject.is_worth_a_look(hint.says) => look::look(services, subject).await,
        _ => Ok(Became::Settled),
    }
}

/// What the project has under one of the ids.
async fn subject(services: &Services, project: ProjectId, hint: Hint) -> Result<Option<Subject>, ReadError> {
    let store = services.store();
    let named = match hint.at_pg {
        Some(id) => store.receipt_by_alias(project, &id.to_string()).await?,
        None => None,
    };
    for receipt in hint.own.map(ReceiptId).into_iter().chain(named) {
        if let Some(payment) = store.payment(project, receipt).await? {
            return Ok(Some(Subject::Payment(Box::new(payment))));
        }
        if let Some(issuance) = store.issuance(project, receipt).await? {
            return Ok(Some(Subject::Issuance(Arc::new(issuance))));
        }
    }
    Ok(None)
}

impl Subject {
    fn receipt(&self) -> ReceiptId {
        match self {
            Self::Payment(payment) => payment.receipt_id,
            Self::Issuance(issuance) => issuance.receipt_id,
        }
    }

    /// Whether an answer of the PG may move it. That it was debited is what is known of one that was: most hints are of that.
    fn is_worth_a_look(&self, says: HintSays) -> bool {
        match self {
            Self::Payment(payment) => match payment.state {
                PaymentState::InDoubt | PaymentState::NeedsReview => true,
                PaymentState::Paid | PaymentState::PartlyCancelled => says != HintSays::Paid,
                PaymentState::Intended | PaymentState::Declined | PaymentState::Voided | PaymentState::Cancelled => {
                    false
                }
            },
            Self::Issuance(issuance) => match issuance.state {
                IssuanceState::Requested
                | IssuanceState::Consenting
                | IssuanceState::Publishing
                | IssuanceState::InDoubt => true,
                IssuanceState::Consented
                | IssuanceState::Issued
                | IssuanceState::Refused
                | IssuanceState::Expired
                | IssuanceState::Failed => false,
            },
        }
    }
}
