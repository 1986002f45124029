//! An answer of the PG that comes after its payment was moved by somebody else.

use domain::EpochMs;
use domain::change::Change;
use domain::due::DueKind;
use domain::payment::{DebitOutcome, Payment, PaymentState, ResolutionAction, ResolutionStep, StepOutcome};
use store::{CommitError, CommitRefused, ReadError};

use crate::services::Services;

/// What the PG said of a debit whose payment was moved by somebody else meanwhile is a step of its resolution, which goes on from it
/// at once: a debit that was given up is given back. Gives the payment as it is on disk.
///
/// Errors: it cannot be read or written now, or has not moved.
pub async fn record_late_answer(
    services: &Services,
    intent: &Payment,
    seen: &DebitOutcome,
) -> Result<Payment, CommitError> {
    let receipt_id = intent.receipt_id;
    let unread = |error: ReadError| CommitError::NotDone(error.to_string());
    let found = services
        .store()
        .payment(intent.project_id, receipt_id)
        .await
        .map_err(unread)?;
    // Its intent came to nothing.
    let Some(payment) = found else {
        return Ok(intent.clone());
    };
    if payment.seq == intent.seq {
        return Err(CommitError::Overloaded);
    }
    let outcome = match seen {
        DebitOutcome::Paid(debit) => StepOutcome::Paid(debit.clone()),
        DebitOutcome::Declined(decline) => StepOutcome::Failed(decline.clone()),
        DebitOutcome::NotSent | DebitOutcome::Unknown => return Ok(payment),
    };
    let steps = services
        .store()
        .resolution_steps(intent.project_id, receipt_id)
        .await
        .map_err(unread)?;
    // By an earlier try of this one, or by a resolution that has asked the PG itself.
    if says_the_same(&payment, &outcome) || steps.iter().any(|step| are_equal(&step.outcome, &outcome)) {
        return Ok(payment);
    }
    let state = payment.state.name();
    tracing::warn!(%receipt_id, state, outcome = outcome.name(), "an answer of the PG came after its payment was moved");
    let changes = told(&payment, steps.len(), outcome, services.now_of(payment.project_id));
    match services.ledger.commit(payment.project_id, changes).await {
        Ok(()) => Ok(payment),
        // It has moved again: what it has come to is looked at once more.
        Err(CommitError::Refused(CommitRefused::LostRace)) => Err(CommitError::Overloaded),
        Err(error) => Err(error),
    }
}

/// What the PG has said of a payment is the next step of its resolution, which goes on from it at once.
pub fn told(payment: &Payment, steps: usize, outcome: StepOutcome, at: EpochMs) -> Vec<Change> {
    vec![
        payment.unmoved().into(),
        Change::AddResolutionStep(Box::new(told_step(payment, steps, outcome, at))),
        Change::schedule(DueKind::Resolution, payment.receipt_id.0, at),
    ]
}

/// The same as a step.
pub fn told_step(payment: &Payment, steps: usize, outcome: StepOutcome, at: EpochMs) -> ResolutionStep {
    ResolutionStep {
        receipt_id: payment.receipt_id,
        number: u32::try_from(steps).unwrap_or(u32::MAX) + 1,
        action: ResolutionAction::Find,
        at,
        outcome,
    }
}

/// A step keeps less of a debit than the PG says.
fn are_equal(step: &StepOutcome, said: &StepOutcome) -> bool {
    match (step, said) {
        (StepOutcome::Paid(step), StepOutcome::Paid(said)) => step.tid == said.tid,
        _ => step == said,
    }
}

fn says_the_same(payment: &Payment, outcome: &StepOutcome) -> bool {
    match outcome {
        StepOutcome::Paid(debit) => payment.debit.as_ref().is_some_and(|ours| ours.tid == debit.tid),
        StepOutcome::Failed(_) => payment.state == PaymentState::Declined,
        _ => false,
    }
}
