//! The resolution at a PG without a net-cancel, whatever it says and whenever: it only looks, and never concludes more than it saw.

use jadong_domain::EpochMs;
use jadong_domain::payment::{
    NextStep, PaymentState, ResolutionAction, ResolutionRules, ResolutionStep, StepOutcome, Undoing, next_step,
};
use jadong_domain::transition::Actor;
use proptest::prelude::*;

use super::resolution::{ASKED, RULES, Reply, any_replies, in_doubt, outcome, resolve_by};

const DOUBT_MS: u64 = 65 * 60_000;
const DAY_MS: u64 = 24 * 60 * 60_000;

fn rules(absence_ms: Option<u64>) -> ResolutionRules {
    ResolutionRules {
        undoing: Undoing::Looking {
            doubt_ms: DOUBT_MS,
            absence_ms,
        },
        ..RULES
    }
}

fn first_look(at: EpochMs, outcome: StepOutcome) -> ResolutionStep {
    ResolutionStep {
        receipt_id: in_doubt().receipt_id,
        number: 1,
        action: ResolutionAction::Find,
        at,
        outcome,
    }
}

fn absence() -> impl Strategy<Value = Option<u64>> {
    prop_oneof![
        Just(None),
        Just(Some(60_000)),
        Just(Some(30 * 60_000)),
        Just(Some(DAY_MS))
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_is_sent_and_nothing_is_concluded_that_was_not_seen(
        absence_ms in absence(), begins_ms in 0..2 * DAY_MS, replies in any_replies(),
    ) {
        let taken = resolve_by(rules(absence_ms), begins_ms, &replies);
        prop_assert_eq!(taken.count(ResolutionAction::Find), taken.steps.len());
        let (last, age_ms) = (taken.last(), taken.last().at.since_ms(ASKED));
        match taken.verdict.to {
            PaymentState::Paid => prop_assert!(matches!(last.outcome, StepOutcome::Paid(_))),
            PaymentState::Declined => prop_assert!(matches!(last.outcome, StepOutcome::Failed(_))),
            PaymentState::Voided if last.outcome == StepOutcome::Cancelled => {}
            PaymentState::Voided => {
                prop_assert_eq!(&last.outcome, &StepOutcome::NotThere);
                prop_assert!(absence_ms.is_some_and(|absence_ms| age_ms >= absence_ms), "{} {:?}", age_ms, absence_ms);
                // It is looked for once more when no debit can come any more.
                let again = taken.verdict.look_up_at.map_or(age_ms, |at| at.since_ms(ASKED));
                prop_assert!(again >= DOUBT_MS, "{}", again);
            }
            PaymentState::NeedsReview => prop_assert!(age_ms >= DOUBT_MS, "{}", age_ms),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn it_ends_and_the_pg_is_asked_ever_more_rarely(absence_ms in absence(), takes_ms in 0_u64..30_000, pick in 0_usize..2) {
        let taken = resolve_by(rules(absence_ms), 0, &[Reply { pick, takes_ms }]);
        prop_assert!(taken.steps.len() < 30, "{}", taken.steps.len());
        prop_assert!(taken.verdict.at.since_ms(ASKED) <= DOUBT_MS + 31 * 60_000);
    }

    /// After a jump of the clock nothing is concluded from how old the debit seems to be.
    #[test]
    fn a_jump_makes_no_debit_older(ahead_ms in 0..3 * DAY_MS, passed_ms in 0..DOUBT_MS) {
        let now = ASKED.plus_ms(ahead_ms + passed_ms);
        let look = first_look(now, StepOutcome::NotThere);
        let jumped = ResolutionRules { steady_since: ASKED.plus_ms(ahead_ms), ..rules(Some(DOUBT_MS)) };
        let next = next_step(&in_doubt(), &[look], jumped, Actor::Worker, now);
        let concludes = matches!(&next, NextStep::Finish(step) if step.to != PaymentState::NeedsReview);
        prop_assert!(!concludes, "{:?}", next);
    }

    /// A process that is started over and over asks a person in the end.
    #[test]
    fn starts_put_nothing_off_for_ever(late_ms in 0..DAY_MS) {
        let now = ASKED.plus_ms(DOUBT_MS + late_ms);
        let look = first_look(now, StepOutcome::Unknown);
        let started = ResolutionRules { steady_since: now, ..rules(None) };
        let next = next_step(&in_doubt(), &[look], started, Actor::Worker, now);
        prop_assert!(matches!(&next, NextStep::Finish(step) if step.to == PaymentState::NeedsReview), "{:?}", next);
    }
}

/// What is found after it was given up is given back, under one order id, and so is what comes before a person has seen to it.
#[test]
fn what_comes_after_its_verdict_is_given_back() {
    let absent = Reply { pick: 1, takes_ms: 0 };
    let rules = rules(Some(60_000));
    let taken = resolve_by(rules, 0, &[absent]);
    assert_eq!(taken.verdict.to, PaymentState::Voided);
    let (voided, mut steps) = (in_doubt().after(&taken.verdict), taken.steps);
    let at = EpochMs(taken.verdict.look_up_at.expect("a look").0);
    steps.push(ResolutionStep {
        number: 99,
        at,
        outcome: outcome(ResolutionAction::Find, 2),
        ..steps[0].clone()
    });
    let next = next_step(&voided, &steps, rules, Actor::Worker, at);
    assert_eq!(next, NextStep::Do(ResolutionAction::Refund));
}

#[test]
fn a_person_is_asked_once_and_it_is_looked_for_all_the_same() {
    let silent = Reply { pick: 0, takes_ms: 0 };
    let taken = resolve_by(rules(None), 0, &[silent]);
    let (waiting, steps) = (in_doubt().after(&taken.verdict), taken.steps);
    assert_eq!(waiting.state, PaymentState::NeedsReview);
    let next = next_step(&waiting, &steps, rules(None), Actor::Worker, taken.verdict.at);
    let NextStep::Wait(until) = next else {
        panic!("{next:?}")
    };
    let next = next_step(&waiting, &steps, rules(None), Actor::Worker, until);
    assert_eq!(next, NextStep::Do(ResolutionAction::Find));
}
