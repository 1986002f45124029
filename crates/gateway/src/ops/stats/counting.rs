//! What is counted: looked for in the changes of a commit, and counted once it is durable.

use std::sync::Arc;

use domain::ProjectId;
use domain::change::Change;
use domain::issuance::IssuanceState;
use domain::issuance::IssuanceTransition;
use domain::payment::PaymentState;
use domain::payment::PaymentTransition;
use seams::Clock;

use super::counters::{CounterKind, Counters};
use crate::ledger::CommitObserver;
use domain::{EpochMs, ErrorCode, Won};

/// Counts commits, by the machine's clock.
pub fn observer(counters: Arc<Counters>, clock: Arc<dyn Clock>) -> CommitObserver {
    Box::new(move |project, changes| {
        let found: Vec<_> = changes.iter().flat_map(counted).collect();
        if found.is_empty() {
            return None;
        }
        let (counters, clock) = (counters.clone(), clock.clone());
        Some(Box::new(move || {
            for (kind, reason, amount) in found {
                counters.count(project, EpochMs(clock.now_ms()), kind, reason, amount);
            }
        }))
    })
}

/// What a change counts as, why it came to that, and how much.
fn counted(change: &Change) -> impl Iterator<Item = (CounterKind, &'static str, u64)> {
    let (once, moved) = match change {
        Change::OpenIssuance(_) => (Some((CounterKind::Requested, "")), None),
        Change::TransitionIssuance(step) => (of_issuance(step), None),
        Change::TransitionPayment(step) => (of_payment(step), moved(step)),
        _ => (None, None),
    };
    once.map(|(kind, reason)| (kind, reason, 1)).into_iter().chain(moved)
}

/// The money that a step moved.
fn moved(step: &PaymentTransition) -> Option<(CounterKind, &'static str, u64)> {
    let kind = if step.to == PaymentState::Paid {
        CounterKind::DebitedWon
    } else {
        CounterKind::RefundedWon
    };
    (step.moved > Won::ZERO).then(|| (kind, "", step.moved.get()))
}

fn of_issuance(step: &IssuanceTransition) -> Option<(CounterKind, &'static str)> {
    let reason = step.failure.as_ref().map_or("", |failure| failure.code.name());
    match step.to {
        // Else it is back from a PG that could not be reached.
        IssuanceState::Consented => matches!(step.from, IssuanceState::Requested | IssuanceState::Consenting)
            .then_some((CounterKind::Consented, "")),
        IssuanceState::Publishing => Some((CounterKind::Published, "")),
        IssuanceState::Issued => Some((CounterKind::Issued, "")),
        IssuanceState::Refused | IssuanceState::Failed => Some((CounterKind::Lost, reason)),
        IssuanceState::Expired => Some((CounterKind::Lost, ErrorCode::ConsentExpired.name())),
        IssuanceState::Requested | IssuanceState::Consenting | IssuanceState::InDoubt => None,
    }
}

fn of_payment(step: &PaymentTransition) -> Option<(CounterKind, &'static str)> {
    let kind = match step.to {
        PaymentState::Paid => CounterKind::Paid,
        PaymentState::Declined => CounterKind::Declined,
        PaymentState::Voided => CounterKind::Voided,
        PaymentState::InDoubt => CounterKind::InDoubt,
        PaymentState::NeedsReview => CounterKind::NeedsReview,
        PaymentState::PartlyCancelled | PaymentState::Cancelled => CounterKind::Cancelled,
        PaymentState::Intended => return None,
    };
    Some((kind, step.reason.map_or("", |reason| reason.name())))
}

/// An attempt at a webhook; `failure` is `None` when it was delivered, else the result's name. The store ends attempts by
/// themselves, not in a commit of changes.
pub fn delivery(counters: &Counters, project: ProjectId, now: EpochMs, failure: Option<&'static str>) {
    let kind = if failure.is_none() {
        CounterKind::Delivered
    } else {
        CounterKind::NotDelivered
    };
    counters.count(project, now, kind, failure.unwrap_or(""), 1);
}
