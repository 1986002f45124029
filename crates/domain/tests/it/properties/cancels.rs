//! Cancels: any sequence of them keeps both sums exact, and any interleaving keeps the record what the PG did.

use jadong_domain::change::Change;

use jadong_domain::precondition::Precondition;

use jadong_domain::fingerprint::Pepper;
use jadong_domain::ids::ObjectId;
use jadong_domain::key::{BillingKey, MaskedAccount};
use jadong_domain::payment::{
    self, Cancel, CancelFields, ChargeFields, Debit, DebitOutcome, Payment, PaymentSource, PaymentState,
};
use jadong_domain::transition::Actor;
use jadong_domain::{BillingKeyId, EpochMs, ErrorCode, ProjectId, ReceiptId};
use proptest::prelude::*;

const NOW: EpochMs = EpochMs(1_767_290_645_678);

fn paid(price: u64, tax_free: u64) -> Payment {
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
        issued_at: NOW,
        destroyed_at: None,
    };
    let text = |text: &str| Some(text.to_owned());
    let fields = ChargeFields {
        order_name: text("월 구독"),
        price: Some(price.to_string()),
        tax_free: Some(tax_free.to_string()),
        order_id: text("order_1"),
        metadata: "{}".to_owned(),
        items: "[]".to_owned(),
        user: "{}".to_owned(),
        ..ChargeFields::default()
    };
    let order = fields.order().unwrap_or_else(|refusal| panic!("{refusal:?}"));
    let ids = (ProjectId(id), ReceiptId(id));
    let charged = payment::charge(order, &key, PaymentSource::Charge, ids, &Pepper::new([7; 32]), NOW);
    let intent = charged.unwrap_or_else(|refusal| panic!("{refusal:?}")).payment;
    let debit = Debit {
        tid: "tid-1".to_owned(),
        approve_no: String::new(),
        receipt_url: String::new(),
        paid_at: NOW,
        cash_receipt: None,
    };
    let step = payment::debited(&intent, DebitOutcome::Paid(debit), NOW);
    intent.after(&step)
}

/// `None`: all of it; without its tax-free share.
type Wanted = (Option<u64>, Option<u64>);

fn fields((price, tax_free): Wanted) -> CancelFields {
    CancelFields {
        cancel_price: price.map(|price| price.to_string()),
        cancel_tax_free: tax_free.map(|tax_free| tax_free.to_string()),
        ..CancelFields::default()
    }
}

fn any_payment() -> impl Strategy<Value = (u64, u64)> {
    (1_u64..3_000).prop_flat_map(|price| (Just(price), prop_oneof![Just(0), Just(price), 0..=price]))
}

fn any_wanted() -> impl Strategy<Value = Wanted> {
    (
        prop::option::weighted(0.85, 1_u64..2_000),
        prop::option::weighted(0.5, 0_u64..1_000),
    )
}

fn id(number: usize) -> ReceiptId {
    ReceiptId(ObjectId::from_parts(2, [2; 5], u32::try_from(number).unwrap()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_rest_can_always_be_given_back_and_both_sums_are_exact(
        (price, tax_free) in any_payment(), wanted in prop::collection::vec(any_wanted(), 0..8),
    ) {
        let mut payment = paid(price, tax_free);
        let mut given_back = (0, 0);
        for (number, one) in wanted.into_iter().chain([(None, None)]).enumerate() {
            let left = (payment.balance().get(), payment.tax_free_balance().get());
            match payment::cancel(&payment, &fields(one), id(number), NOW) {
                Ok(cancel) => {
                    let (price, tax_free) = (cancel.price.get(), cancel.tax_free.get());
                    prop_assert!(tax_free <= price && tax_free <= left.1 && price - tax_free <= left.0 - left.1);
                    given_back = (given_back.0 + price, given_back.1 + tax_free);
                    let step = payment::cancelled(&payment, &cancel, Actor::Api, NOW);
                    payment = payment.after(&step);
                }
                Err(refusal) => {
                    let needed = one.0.unwrap_or(left.0);
                    let is_over = needed > left.0 || one.1.is_some();
                    prop_assert!(left.0 == 0 || is_over, "{:?} of {:?}: {:?}", one, left, refusal);
                    let code = if left.0 == 0 { ErrorCode::AlreadyCancelled } else { ErrorCode::CancelPriceInvalid };
                    prop_assert_eq!(refusal.code, code);
                }
            }
        }
        prop_assert_eq!(payment.state, PaymentState::Cancelled);
        prop_assert_eq!(given_back, (price, tax_free));
    }

    /// Every cancel reads, commits its opening, asks the PG and commits its end, in any order beside the others.
    #[test]
    fn whatever_the_order_of_steps_the_record_is_what_the_pg_did(
        (price, tax_free) in any_payment(), wanted in prop::collection::vec(any_wanted(), 2..7),
        turns in prop::collection::vec(0_usize..6, 8..80),
    ) {
        let mut book = Book { payment: paid(price, tax_free), under_way: None };
        let mut at_pg = (0, 0);
        let mut walks: Vec<_> = wanted.iter().map(|_| Walk::Read).collect();
        let all_to_their_end = (0..200).map(|turn| turn % wanted.len());
        for who in turns.into_iter().map(|turn| turn % wanted.len()).chain(all_to_their_end) {
            walks[who] = match std::mem::replace(&mut walks[who], Walk::Over) {
                Walk::Read => match payment::cancel(&book.payment, &fields(wanted[who]), id(who), NOW) {
                    Ok(cancel) => Walk::Open(cancel, book.payment.unmoved().into()),
                    Err(_) => Walk::Over,
                },
                Walk::Open(cancel, precondition) => book.open(cancel, &precondition),
                Walk::Ask(cancel) => {
                    at_pg = (at_pg.0 + cancel.price.get(), at_pg.1 + cancel.tax_free.get());
                    Walk::End(cancel)
                }
                Walk::End(cancel) => {
                    let step = payment::cancelled(&book.payment, &cancel, Actor::Api, NOW);
                    book.payment = book.payment.clone().after(&step);
                    book.under_way = None;
                    Walk::Over
                }
                Walk::Over => Walk::Over,
            };
        }
        prop_assert!(walks.iter().all(|walk| matches!(walk, Walk::Over)), "a cancel without an end");
        prop_assert!(at_pg.0 <= price && at_pg.1 <= tax_free, "{:?}", at_pg);
        let recorded = (book.payment.cancelled_price.get(), book.payment.cancelled_tax_free.get());
        prop_assert_eq!(recorded, at_pg);
    }
}

/// Where one cancel is.
enum Walk {
    Read,
    Open(Cancel, Change),
    Ask(Cancel),
    End(Cancel),
    Over,
}

/// What the store would refuse, it refuses.
struct Book {
    payment: Payment,
    under_way: Option<ReceiptId>,
}

impl Book {
    fn open(&mut self, cancel: Cancel, precondition: &Change) -> Walk {
        let Change::Require(Precondition::PaymentAt { seq, .. }) = precondition else {
            panic!("{precondition:?}")
        };
        if *seq != self.payment.seq {
            return Walk::Read;
        }
        if self.under_way.is_some() {
            return Walk::Over;
        }
        self.under_way = Some(cancel.id);
        Walk::Ask(cancel)
    }
}
