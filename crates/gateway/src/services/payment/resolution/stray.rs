//! Strays: debits that were approved after they had been given up. Each is given back, under one order id, until that is done or
//! only a person can; what becomes of them is counted for an alarm.

use domain::payment::{PaymentState, ResolutionAction, ResolutionStep, StepOutcome};

fn count(became: &'static str) {
    metrics::counter!("jadong_stray_debits_total", "became" => became).increment(1);
}

fn is_refund(step: &ResolutionStep) -> bool {
    step.action == ResolutionAction::Refund
}

/// The first try to give one back says that there is one.
pub fn note_action(steps: &[ResolutionStep], action: ResolutionAction) {
    if action == ResolutionAction::Refund && !steps.iter().any(is_refund) {
        count("found");
    }
}

/// The resolution has come to its end: with the money given back, or with a person who must see to that.
pub fn note_end(steps: &[ResolutionStep], state: PaymentState) {
    let is_back = steps.last().is_some_and(|step| step.outcome == StepOutcome::Cancelled);
    if !steps.iter().any(is_refund) {
        return;
    }
    match state {
        PaymentState::NeedsReview => count("needs_person"),
        _ if is_back => count("refunded"),
        _ => {}
    }
}

/// A verdict stands that the PG contradicts, and nothing more is tried.
pub fn note_left(steps: &[ResolutionStep]) {
    let is_paid = steps
        .last()
        .is_some_and(|step| matches!(step.outcome, StepOutcome::Paid(_)));
    if is_paid {
        count("needs_person");
    }
}
