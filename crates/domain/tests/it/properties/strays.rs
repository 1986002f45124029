//! What must not be: a debit that stays though it was given up, and a step that a payment cannot take.

use jadong_domain::ReceiptId;
use jadong_domain::change::Decision;
use jadong_domain::ids::ObjectId;
use jadong_domain::payment::{
    NextStep, PaymentState, PaymentTransition, ResolutionAction, ResolutionStep, StepOutcome, next_step,
};
use jadong_domain::transition::Actor;

use super::resolution::{ASKED, RULES, Reply, in_doubt, outcome, resolve};

/// A debit that landed after its verdict and that the PG does not give back, said over and over, is tried under one order id for a
/// while, and then a person's; who gives it back at the PG ends it.
#[test]
fn what_cannot_be_given_back_becomes_a_persons() {
    let (voided, mut steps) = {
        let absent = Reply { pick: 1, takes_ms: 10 };
        let taken = resolve(0, &[absent, Reply { pick: 2, takes_ms: 10 }]);
        (in_doubt().after(&taken.verdict), taken.steps)
    };
    let mut now = ASKED.plus_ms(RULES.undoing.patience_ms() + RULES.quiet_ms);
    let mut refunds = 0;
    for _step in 0..200 {
        match next_step(&voided, &steps, RULES, Actor::Worker, now) {
            NextStep::Wait(until) => now = until,
            NextStep::Do(action) => {
                refunds += usize::from(action == ResolutionAction::Refund);
                steps.push(ResolutionStep {
                    receipt_id: voided.receipt_id,
                    number: u32::try_from(steps.len()).unwrap() + 1,
                    action,
                    at: now,
                    outcome: outcome(action, 2),
                });
            }
            NextStep::Contradicted(until) => {
                assert_eq!(refunds, 10);
                let given_back = ResolutionStep {
                    outcome: StepOutcome::Cancelled,
                    at: until,
                    ..steps.pop().unwrap()
                };
                steps.push(given_back);
                assert_eq!(
                    next_step(&voided, &steps, RULES, Actor::Worker, until),
                    NextStep::Agreed
                );
                return;
            }
            other => panic!("{other:?}"),
        }
    }
    panic!("{refunds} refunds and no end");
}

/// A step of another payment, from another state, with another number, or between states that do not follow each other comes to
/// nothing, in a release build too.
#[test]
fn a_step_that_a_payment_cannot_take_is_never_written() {
    let payment = in_doubt();
    let paid = payment.transition(PaymentState::Voided, ASKED, Actor::Worker);
    assert!(Decision::of_payment(&payment, &paid).is_ok());
    let voided = payment.clone().after(&paid);
    assert!(Decision::of_payment(&voided, &paid).is_err(), "once more");
    let wrong: [fn(&mut PaymentTransition); 4] = [
        |step| step.seq += 1,
        |step| step.from = PaymentState::NeedsReview,
        |step| step.to = PaymentState::Cancelled,
        |step| step.receipt_id = ReceiptId(ObjectId::from_parts(9, [9; 5], 9)),
    ];
    for change in wrong {
        let mut step = paid.clone();
        change(&mut step);
        assert!(Decision::of_payment(&payment, &step).is_err(), "{step:?}");
    }
}
