//! A reserve whose processes die, at a PG where debits land late, get lost, or are undone: at most one debit is kept,
//! whatever is tried again, and nothing is tried again that may have been debited.

use jadong_domain::error::PgMessage;
use jadong_domain::fingerprint::Pepper;
use jadong_domain::ids::ObjectId;
use jadong_domain::key::{BillingKey, MaskedAccount};
use jadong_domain::payment::{
    self, ChargeFields, Debit, Decline, DeclineReason, NextStep, Payment, PaymentSource, PaymentState,
    ResolutionAction, ResolutionRules, ResolutionStep, StepOutcome, Undoing, never_arrived, next_step,
};
use jadong_domain::reserve::{self, DebitDispatch, Reserve};
use jadong_domain::transition::Actor;
use jadong_domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId, ReserveId};
use proptest::prelude::*;

const RULES: ResolutionRules = ResolutionRules {
    undoing: Undoing::NetCancel { within_ms: 50 * 60_000 },
    quiet_ms: 60_000,
    steady_since: EpochMs(0),
};
const DUE: EpochMs = EpochMs(1_767_290_645_000);
/// From then on nothing is tried again.
const GIVE_UP_AT: EpochMs = EpochMs(DUE.0 + 2 * 60 * 60 * 1000);
/// When the resolution takes up what nobody finished.
const GRACE_MS: u64 = 40_000;

/// What becomes of one attempt at the PG.
#[derive(Debug, Clone)]
struct Attempt {
    /// When the debit lands after its intent; `None`: never. Within what the quiet time is made for.
    lands_ms: Option<u64>,
    /// Whether the process lived to see that the call went wrong; else it died, before or after the call left.
    is_seen: bool,
    /// The bank says no.
    is_declined: bool,
    /// Which of the PG's answers get lost: one bit each, over and over.
    lost: u16,
}

fn any_attempts() -> impl Strategy<Value = Vec<Attempt>> {
    let lands = prop_oneof![3 => Just(None), 2 => (0_u64..60_000).prop_map(Some)];
    // Never every answer: a person's part is shown elsewhere.
    let lost = any::<u16>().prop_map(|bits| bits & 0b0111_0110_1101_1011);
    let attempt = (lands, prop::bool::weighted(0.3), prop::bool::weighted(0.1), lost).prop_map(
        |(lands_ms, is_seen, is_declined, lost)| Attempt {
            lands_ms,
            is_seen,
            is_declined,
            lost,
        },
    );
    prop::collection::vec(attempt, 1..8)
}

/// The PG's books of one attempt.
struct Books {
    attempt: Attempt,
    asked: EpochMs,
    undone: bool,
    answers: u32,
}

impl Books {
    fn has_landed(&self, now: EpochMs) -> bool {
        !self.attempt.is_declined && self.attempt.lands_ms.is_some_and(|ms| now >= self.asked.plus_ms(ms))
    }

    fn answer(&mut self, act: ResolutionAction, now: EpochMs) -> StepOutcome {
        self.answers += 1;
        let is_lost = self.attempt.lost >> (self.answers % 16) & 1 == 1;
        let outcome = match act {
            ResolutionAction::Find if self.attempt.is_declined && self.attempt.lands_ms.is_some() => {
                StepOutcome::Failed(Decline {
                    reason: DeclineReason::InsufficientFunds,
                    pg: PgMessage::new("V301", ""),
                })
            }
            ResolutionAction::Find if self.undone => StepOutcome::Cancelled,
            ResolutionAction::Find if self.has_landed(now) => StepOutcome::Paid(Debit {
                tid: "tid".to_owned(),
                approve_no: String::new(),
                receipt_url: String::new(),
                paid_at: now,
                cash_receipt: None,
            }),
            ResolutionAction::NetCancel | ResolutionAction::Refund if self.has_landed(now) => {
                self.undone = true;
                StepOutcome::Cancelled
            }
            ResolutionAction::Find | ResolutionAction::NetCancel | ResolutionAction::Refund => StepOutcome::NotThere,
        };
        if is_lost { StepOutcome::Unknown } else { outcome }
    }

    fn is_kept(&self) -> bool {
        self.has_landed(EpochMs(i64::MAX / 2)) && !self.undone
    }
}

fn key() -> BillingKey {
    let id = ObjectId::from_parts(1, [2; 5], 3);
    BillingKey {
        id: BillingKeyId(id),
        project_id: ProjectId(id),
        receipt_id: ReceiptId(id),
        bid: "bid-1".to_owned(),
        shown: MaskedAccount {
            bank_code: "004".to_owned(),
            account_masked: "*".to_owned(),
            holder_masked: "*".to_owned(),
        },
        issued_at: DUE,
        destroyed_at: None,
    }
}

fn waiting(pepper: &Pepper) -> Reserve {
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
    let ids = (key().project_id, ReserveId(ObjectId::from_parts(1, [2; 5], 9)));
    let asked = reserve::asked(order, &key(), Some(&DUE.to_wire()), ids, pepper, EpochMs(DUE.0 - 1));
    asked.unwrap_or_else(|refusal| panic!("{refusal:?}"))
}

/// An attempt to its verdict: the payment then, its steps, and the time.
fn resolve(payment: Payment, books: &mut Books, mut now: EpochMs) -> (Payment, Vec<ResolutionStep>, EpochMs) {
    let mut steps: Vec<ResolutionStep> = Vec::new();
    for _step in 0..2_000 {
        match next_step(&payment, &steps, RULES, Actor::Worker, now) {
            NextStep::Finish(step) => return (payment.after(&step), steps, now),
            NextStep::Wait(until) => now = until,
            NextStep::Agreed | NextStep::Contradicted(_) => panic!("only of what is settled"),
            NextStep::Do(act) => {
                let number = u32::try_from(steps.len()).unwrap() + 1;
                steps.push(ResolutionStep {
                    receipt_id: payment.receipt_id,
                    number,
                    action: act,
                    at: now,
                    outcome: books.answer(act, now),
                });
                now = now.plus_ms(50);
            }
        }
    }
    panic!("no verdict: {steps:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_reserve_is_debited_at_most_once_however_often_it_is_tried_again(attempts in any_attempts()) {
        let pepper = Pepper::new([7; 32]);
        let (mut reserve, mut now, mut all) = (waiting(&pepper), DUE, Vec::new());
        let mut number = 0;
        while reserve.state == reserve::ReserveState::Waiting {
            let attempt = attempts[number % attempts.len()].clone();
            number += 1;
            let receipt = ReceiptId(ObjectId::from_parts(2, [2; 5], u32::try_from(number).unwrap()));
            let ids = (reserve.project_id, receipt);
            let source = PaymentSource::Reserve(reserve.id);
            let charged = payment::charge(reserve.order.clone(), &key(), source, ids, &pepper, now);
            let intent = charged.unwrap_or_else(|refusal| panic!("{refusal:?}")).payment;
            reserve.seq += 1;
            reserve.state = reserve::ReserveState::Executing;
            let mut books = Books { attempt, asked: now, undone: false, answers: 0 };
            let actor = if books.attempt.is_seen { Actor::Api } else { Actor::Worker };
            now = now.plus_ms(GRACE_MS);
            let in_doubt = intent.clone().after(&intent.transition(PaymentState::InDoubt, now, actor));
            let (payment, steps, then) = resolve(in_doubt, &mut books, now);
            now = then;
            // As the gateway decides it.
            let is_orphan = actor == Actor::Worker && payment.state == PaymentState::Voided && never_arrived(&steps);
            let dispatch = if is_orphan { DebitDispatch::Never } else { DebitDispatch::Sent };
            let Some(step) = reserve::ended(&reserve, &payment, dispatch, GIVE_UP_AT, now) else {
                // Nobody knows: nothing more is tried, and a person has it.
                prop_assert_eq!(payment.state, PaymentState::NeedsReview);
                all.push(books);
                break;
            };
            if step.to == reserve::ReserveState::Waiting {
                prop_assert!(!books.is_kept() && !books.undone, "tried again though it was debited: {:?}", steps);
                prop_assert_eq!(payment.state, PaymentState::Voided);
                prop_assert!(!books.attempt.is_seen, "the call's own end is an answer");
            }
            reserve.seq = step.seq;
            reserve.state = step.to;
            all.push(books);
        }
        let kept = all.iter().filter(|books| books.is_kept()).count();
        prop_assert!(kept <= 1, "debited {} times", kept);
        prop_assert!(all.iter().all(|books| books.asked < GIVE_UP_AT));
        match reserve.state {
            reserve::ReserveState::Done => prop_assert_eq!(kept, 1),
            reserve::ReserveState::Failed => prop_assert_eq!(kept, 0),
            _ => {}
        }
    }
}
