//! The resolution, whatever the PG says and whenever: it ends, in time, and never gives away or takes twice.

use jadong_domain::payment::PaymentTransition;

use jadong_domain::error::PgMessage;
use jadong_domain::fingerprint::Pepper;
use jadong_domain::ids::ObjectId;
use jadong_domain::key::{BillingKey, MaskedAccount};
use jadong_domain::payment::{
    self, ChargeFields, Debit, Decline, DeclineReason, NextStep, Payment, PaymentSource, PaymentState,
    ResolutionAction, ResolutionRules, ResolutionStep, StepOutcome, Undoing, next_step,
};
use jadong_domain::transition::Actor;
use jadong_domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId};
use proptest::prelude::*;

pub const RULES: ResolutionRules = ResolutionRules {
    undoing: Undoing::NetCancel { within_ms: 50 * 60_000 },
    quiet_ms: 60_000,
    steady_since: EpochMs(0),
};
pub const ASKED: EpochMs = EpochMs(1_767_290_645_678);
/// By then every resolution has ended whose gateway was there to take its steps.
const OVER_MS: u64 = RULES.undoing.patience_ms() + 30 * 60_000;

pub fn in_doubt() -> Payment {
    let id = ObjectId::from_parts(1, [2; 5], 3);
    let key = BillingKey {
        id: BillingKeyId(id),
        project_id: ProjectId(id),
        receipt_id: ReceiptId(id),
        bid: "bid-1".to_owned(),
        shown: MaskedAccount {
            bank_code: "004".to_owned(),
            account_masked: "*".to_owned(),
            holder_masked: "*".to_owned(),
        },
        issued_at: ASKED,
        destroyed_at: None,
    };
    let text = |text: &str| Some(text.to_owned());
    let fields = ChargeFields {
        order_name: text("월 구독"),
        price: text("1000"),
        order_id: text("order_1"),
        metadata: "{}".to_owned(),
        items: "[]".to_owned(),
        user: "{}".to_owned(),
        ..ChargeFields::default()
    };
    let order = fields.order().unwrap_or_else(|refusal| panic!("{refusal:?}"));
    let ids = (ProjectId(id), ReceiptId(id));
    let charged = payment::charge(order, &key, PaymentSource::Charge, ids, &Pepper::new([7; 32]), ASKED);
    let intent = charged.unwrap_or_else(|refusal| panic!("{refusal:?}")).payment;
    let step = payment::debited(&intent, payment::DebitOutcome::Unknown, ASKED.plus_ms(30_000));
    intent.after(&step)
}

/// What the PG says to the next question or act, and how long it takes.
#[derive(Debug, Clone, Copy)]
pub struct Reply {
    /// Picks one of the outcomes that the act can have.
    pub pick: usize,
    pub takes_ms: u64,
}

pub fn any_replies() -> impl Strategy<Value = Vec<Reply>> {
    let takes = prop_oneof![4 => 0_u64..2_000, 1 => 0_u64..40_000];
    let reply = (0_usize..12, takes).prop_map(|(pick, takes_ms)| Reply { pick, takes_ms });
    // Said over and over: short lists make a stubborn PG.
    prop::collection::vec(reply, 1..12)
}

fn refused(code: &str, is_too_late: bool) -> StepOutcome {
    StepOutcome::Refused {
        pg: PgMessage::new(code, ""),
        is_too_late,
    }
}

fn declined(code: &str) -> Decline {
    Decline {
        reason: DeclineReason::InsufficientFunds,
        pg: PgMessage::new(code, ""),
    }
}

pub fn outcome(act: ResolutionAction, pick: usize) -> StepOutcome {
    let debit = Debit {
        tid: "tid-1".to_owned(),
        approve_no: String::new(),
        receipt_url: String::new(),
        paid_at: ASKED,
        cash_receipt: None,
    };
    let refused = refused("U304", false);
    let all = match act {
        ResolutionAction::Find => vec![
            StepOutcome::Unknown,
            StepOutcome::NotThere,
            StepOutcome::Paid(debit),
            refused,
            StepOutcome::Cancelled,
            StepOutcome::Failed(declined("V301")),
        ],
        ResolutionAction::NetCancel => vec![
            StepOutcome::Unknown,
            StepOutcome::Sent,
            StepOutcome::NotThere,
            StepOutcome::Cancelled,
            refused,
        ],
        ResolutionAction::Refund => vec![StepOutcome::Unknown, StepOutcome::Sent, refused, StepOutcome::Cancelled],
    };
    all[pick % all.len()].clone()
}

/// A resolution as it went.
#[derive(Debug)]
pub struct Taken {
    pub steps: Vec<ResolutionStep>,
    pub verdict: PaymentTransition,
}

/// Climbs from `begins_ms` after the request on. Panics when there is no end.
pub fn resolve(begins_ms: u64, replies: &[Reply]) -> Taken {
    resolve_by(RULES, begins_ms, replies)
}

/// The same by other rules.
pub fn resolve_by(rules: ResolutionRules, begins_ms: u64, replies: &[Reply]) -> Taken {
    let payment = in_doubt();
    let (mut now, mut steps) = (ASKED.plus_ms(begins_ms), Vec::new());
    for reply in replies.iter().cycle().take(2_000) {
        match next_step(&payment, &steps, rules, Actor::Worker, now) {
            NextStep::Finish(verdict) => {
                return Taken {
                    steps,
                    verdict: *verdict,
                };
            }
            NextStep::Agreed | NextStep::Contradicted(_) => panic!("only of what is settled"),
            NextStep::Wait(until) => {
                assert!(until > now, "a wait that is over is no wait");
                now = until.plus_ms(reply.takes_ms / 100);
            }
            NextStep::Do(act) => {
                let number = u32::try_from(steps.len()).unwrap() + 1;
                steps.push(ResolutionStep {
                    receipt_id: payment.receipt_id,
                    number,
                    action: act,
                    at: now,
                    outcome: outcome(act, reply.pick),
                });
                now = now.plus_ms(reply.takes_ms);
            }
        }
    }
    panic!(
        "no verdict after {} steps: {:?}",
        steps.len(),
        &steps[steps.len() - 4..]
    );
}

impl Taken {
    pub fn count(&self, act: ResolutionAction) -> usize {
        self.steps.iter().filter(|step| step.action == act).count()
    }

    pub fn last(&self) -> &ResolutionStep {
        self.steps.last().expect("nothing is decided without asking")
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_ladder_ends_in_a_verdict_or_with_a_person(begins_ms in 0..2 * OVER_MS, replies in any_replies()) {
        let taken = resolve(begins_ms, &replies);
        let to = taken.verdict.to;
        prop_assert!(
            matches!(to, PaymentState::Paid | PaymentState::Declined | PaymentState::Voided | PaymentState::NeedsReview), "{:?}", to
        );
        prop_assert!(in_doubt().state.may_become(to));
        let ended_ms = taken.verdict.at.since_ms(ASKED);
        prop_assert!(ended_ms <= OVER_MS.max(begins_ms + OVER_MS), "{}", ended_ms);
    }

    #[test]
    fn a_person_is_asked_only_when_it_is_too_late_for_a_net_cancel(
        begins_ms in 0..2 * OVER_MS, replies in any_replies(),
    ) {
        let taken = resolve(begins_ms, &replies);
        if taken.verdict.to == PaymentState::NeedsReview {
            prop_assert!(taken.verdict.at.since_ms(ASKED) >= RULES.undoing.patience_ms());
            prop_assert!(!taken.verdict.note.is_empty());
        }
    }

    #[test]
    fn nothing_is_called_paid_once_a_net_cancel_was_sent(begins_ms in 0..2 * OVER_MS, replies in any_replies()) {
        let taken = resolve(begins_ms, &replies);
        if taken.verdict.to == PaymentState::Paid {
            prop_assert_eq!(taken.count(ResolutionAction::NetCancel), 0);
            prop_assert_eq!(taken.count(ResolutionAction::Refund), 0);
            prop_assert!(matches!(taken.last().outcome, StepOutcome::Paid(_)));
            prop_assert!(taken.verdict.debit.is_some());
        }
    }

    #[test]
    fn nothing_is_called_voided_before_money_is_back_or_the_quiet_time_is_over(
        begins_ms in 0..2 * OVER_MS, replies in any_replies(),
    ) {
        let taken = resolve(begins_ms, &replies);
        if taken.verdict.to == PaymentState::Voided {
            let last = taken.last();
            match (last.action, &last.outcome) {
                (ResolutionAction::Find | ResolutionAction::Refund, StepOutcome::Cancelled) => {}
                (ResolutionAction::Find, StepOutcome::NotThere) => {
                    let net_cancel = taken.steps.iter().rfind(|step| step.action == ResolutionAction::NetCancel);
                    // Too late to send anything against it: still not there after the end of that time.
                    let too_late = ASKED.plus_ms(RULES.undoing.patience_ms());
                    let since_ms = last.at.since_ms(net_cancel.map_or(too_late, |step| step.at));
                    prop_assert!(since_ms >= RULES.quiet_ms, "{}", since_ms);
                }
                other => prop_assert!(false, "voided on {:?}", other),
            }
        }
    }

    #[test]
    fn nothing_is_called_declined_unless_the_pg_said_so_last(begins_ms in 0..2 * OVER_MS, replies in any_replies()) {
        let taken = resolve(begins_ms, &replies);
        if taken.verdict.to == PaymentState::Declined {
            prop_assert!(matches!(taken.last().outcome, StepOutcome::Failed(_)));
            prop_assert!(taken.verdict.reason.is_some());
        }
    }

    #[test]
    fn a_net_cancel_follows_a_question_and_few_are_sent_past_their_limit(
        begins_ms in 0..2 * OVER_MS, replies in any_replies(),
    ) {
        let taken = resolve(begins_ms, &replies);
        let net_cancels = taken.steps.iter().filter(|step| step.action == ResolutionAction::NetCancel);
        prop_assert!(net_cancels.clone().all(|step| step.number > 1));
        let is_late = |step: &&ResolutionStep| step.at.since_ms(ASKED) >= RULES.undoing.patience_ms();
        // One is enough, if it is answered: what it is refused with says whether there is a debit.
        prop_assert!(net_cancels.filter(is_late).filter(|step| step.outcome != StepOutcome::Sent).count() <= 5);
    }

    #[test]
    fn only_what_was_found_paid_after_a_net_cancel_is_refunded(begins_ms in 0..2 * OVER_MS, replies in any_replies()) {
        let taken = resolve(begins_ms, &replies);
        for pair in taken.steps.windows(2).filter(|pair| pair[1].action == ResolutionAction::Refund) {
            prop_assert!(matches!(pair[0].outcome, StepOutcome::Paid(_)), "{:?}", pair);
            let earlier = taken.steps.iter().take_while(|step| step.number < pair[1].number);
            prop_assert!(earlier.into_iter().any(|step| step.action == ResolutionAction::NetCancel));
        }
    }

    /// A PG that answers nothing is not hammered: an hour of it costs fewer than a hundred and fifty calls.
    #[test]
    fn a_silent_pg_is_asked_ever_more_rarely(takes_ms in 0_u64..30_000) {
        let silent = [Reply { pick: 0, takes_ms }];
        let taken = resolve(30_000, &silent);
        prop_assert_eq!(taken.verdict.to, PaymentState::NeedsReview);
        prop_assert!(taken.steps.len() < 150, "{}", taken.steps.len());
    }

    /// Whatever the machine's clock does, nothing is called voided before the quiet time has passed in truth.
    #[test]
    fn a_clock_that_jumps_does_not_shorten_the_quiet_time(
        jumps in prop::collection::vec((1_u64..80, -30 * 3_600_000_i64..30 * 3_600_000), 1..4), replies in any_replies(),
    ) {
        let payment = in_doubt();
        let (mut truth_ms, mut ahead_ms, mut steady_since, mut steps, mut asked_at_ms) = (0_u64, 0_i64, ASKED, Vec::new(), Vec::new());
        let mut jumps = jumps.into_iter();
        let mut next_jump = jumps.next();
        for (turn, reply) in replies.iter().cycle().take(600).enumerate() {
            if let Some((at, by_ms)) = next_jump && turn as u64 >= at {
                ahead_ms = by_ms;
                steady_since = EpochMs(ASKED.plus_ms(truth_ms).0 + ahead_ms);
                next_jump = jumps.next();
            }
            let now = EpochMs(ASKED.plus_ms(truth_ms).0 + ahead_ms);
            let rules = ResolutionRules { steady_since, ..RULES };
            match next_step(&payment, &steps, rules, Actor::Worker, now) {
                NextStep::Finish(verdict) => {
                    let last: &ResolutionStep = steps.last().expect("nothing is decided without asking");
                    if verdict.to == PaymentState::Voided && last.outcome == StepOutcome::NotThere {
                        let net_cancel = steps.iter().rposition(|step: &ResolutionStep| step.action == ResolutionAction::NetCancel);
                        let net_cancel = net_cancel.expect("what is not there is net-cancelled");
                        let quiet_ms = asked_at_ms.last().copied().unwrap_or(0_u64) - asked_at_ms[net_cancel];
                        prop_assert!(quiet_ms >= RULES.quiet_ms, "{} {:?}", quiet_ms, steps);
                    }
                    break;
                }
                NextStep::Wait(until) => {
                    prop_assert!(until.since_ms(now) <= jadong_domain::payment::FURTHEST_MS, "{:?}", until.since_ms(now));
                    truth_ms += until.since_ms(now).max(1);
                }
                NextStep::Do(act) => {
                    let number = u32::try_from(steps.len()).unwrap() + 1;
                    steps.push(ResolutionStep { receipt_id: payment.receipt_id, number, action: act, at: now, outcome: outcome(act, reply.pick) });
                    asked_at_ms.push(truth_ms);
                    truth_ms += reply.takes_ms;
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }

    /// What was voided is asked about once more when even the latest approval must have landed, and given back if it is there.
    #[test]
    fn what_lands_after_all_is_given_back(begins_ms in 0_u64..60_000, refusals in 0_usize..4) {
        let absent = [Reply { pick: 1, takes_ms: 10 }, Reply { pick: 2, takes_ms: 10 }];
        let taken = resolve(begins_ms, &absent);
        prop_assert_eq!(taken.verdict.to, PaymentState::Voided);
        let again_at = taken.verdict.look_up_at.expect("voided early");
        let payment = in_doubt().after(&taken.verdict);
        let mut steps = taken.steps;
        let add = |steps: &mut Vec<ResolutionStep>, act, at, outcome| {
            let number = u32::try_from(steps.len()).unwrap() + 1;
            steps.push(ResolutionStep { receipt_id: payment.receipt_id, number, action: act, at, outcome });
        };
        let step = |steps: &[ResolutionStep], by, now| next_step(&payment, steps, RULES, by, now);
        prop_assert_eq!(step(&steps, Actor::Worker, again_at), NextStep::Do(ResolutionAction::Find));
        let StepOutcome::Paid(debit) = outcome(ResolutionAction::Find, 2) else { unreachable!() };
        add(&mut steps, ResolutionAction::Find, again_at, StepOutcome::Paid(debit));
        prop_assert_eq!(step(&steps, Actor::Worker, again_at), NextStep::Do(ResolutionAction::Refund));
        prop_assert!(matches!(step(&steps, Actor::Person, again_at), NextStep::Contradicted(_)), "a person's word is not undone");
        for _refused in 0..refusals {
            add(&mut steps, ResolutionAction::Refund, again_at, outcome(ResolutionAction::Refund, 2));
            prop_assert!(matches!(step(&steps, Actor::Worker, again_at), NextStep::Wait(_)));
        }
        add(&mut steps, ResolutionAction::Refund, again_at, StepOutcome::Cancelled);
        prop_assert_eq!(step(&steps, Actor::Worker, again_at), NextStep::Agreed);
    }
}

/// What is next after a find, a net-cancel and a find after the quiet time, both without a debit.
fn after_a_refused_net_cancel(refused: StepOutcome) -> NextStep {
    let (payment, begins) = (in_doubt(), ASKED.plus_ms(30_000));
    let not_there = |at| (ResolutionAction::Find, at, StepOutcome::NotThere);
    let late = begins.plus_ms(2 * RULES.quiet_ms);
    let taken = [
        not_there(begins),
        (ResolutionAction::NetCancel, begins, refused),
        not_there(late),
    ];
    let steps = (1..).zip(taken).map(|(number, (action, at, outcome))| ResolutionStep {
        receipt_id: payment.receipt_id,
        number,
        action,
        at,
        outcome,
    });
    next_step(&payment, &steps.collect::<Vec<_>>(), RULES, Actor::Worker, late)
}

/// The reason of a step counts, and not the PG's code, whatever that is.
#[test]
fn a_net_cancel_that_was_too_late_leads_to_a_person_and_one_refused_otherwise_is_tried_again() {
    for code in ["2020", "2020 ", "V100", "new", ""] {
        let NextStep::Finish(asked) = after_a_refused_net_cancel(refused(code, true)) else {
            panic!("{code:?} settles it");
        };
        assert_eq!(asked.to, PaymentState::NeedsReview, "{code:?}");
        assert_eq!(asked.note, "not found, and too late for a net-cancel");
        let again = after_a_refused_net_cancel(refused(code, false));
        assert_eq!(
            again,
            NextStep::Wait(ASKED.plus_ms(30_000 + 2 * RULES.quiet_ms + 4_000)),
            "{code:?}"
        );
    }
}

#[test]
fn a_declined_debit_keeps_the_reason_it_was_given_and_the_pgs_code() {
    for code in ["V301", " V301", "new", ""] {
        let given = declined(code);
        let step = in_doubt().declined(given.clone(), Actor::Worker, ASKED);
        assert_eq!(step.reason, Some(given.reason));
        assert_eq!(step.failure.and_then(|failure| failure.pg), Some(given.pg));
    }
}
