use super::super::manual_resolution::tests::payment;
use super::*;
use crate::payment::{Decline, DeclineReason};
use crate::time::EpochMs;

const fn won(amount: u64) -> Won {
    Won::new(amount).unwrap()
}

fn paid(left: u64) -> PgReport {
    let debit = Debit {
        tid: "tid1".to_owned(),
        approve_no: "1".to_owned(),
        receipt_url: String::new(),
        paid_at: EpochMs(0),
        cash_receipt: None,
    };
    PgReport::Paid {
        debit,
        balance: won(left),
    }
}

fn failed() -> PgReport {
    PgReport::Failed(Decline {
        reason: DeclineReason::InsufficientFunds,
        pg: crate::error::PgMessage::new("1", "no"),
    })
}

/// A payment of 9,900 won of which so much was given back.
fn given_back(state: PaymentState, sum: u64) -> Payment {
    let mut payment = payment(state);
    payment.cancelled_price = won(sum);
    payment
}

#[test]
fn what_stands_here_is_held_against_what_is_left_there() {
    use PaymentState::{Cancelled, Declined, InDoubt, Intended, NeedsReview, Paid, PartlyCancelled, Voided};
    let rows = [
        (given_back(Paid, 0), paid(9_900), "agrees", None),
        (given_back(PartlyCancelled, 900), paid(9_000), "agrees", None),
        (given_back(Cancelled, 9_900), PgReport::Cancelled, "agrees", None),
        (given_back(Cancelled, 9_900), paid(0), "agrees", None),
        (given_back(Paid, 0), paid(1), "given_back_there", Some(Mend::Record)),
        (
            given_back(Paid, 0),
            PgReport::Cancelled,
            "given_back_there",
            Some(Mend::Record),
        ),
        (
            given_back(PartlyCancelled, 900),
            paid(9_900),
            "not_given_back_there",
            None,
        ),
        (given_back(Cancelled, 9_900), paid(9_900), "not_given_back_there", None),
        (given_back(Paid, 0), PgReport::Nothing, "not_debited_there", None),
        (given_back(Cancelled, 9_900), failed(), "not_debited_there", None),
        (payment(Voided), paid(9_900), "debited_there", Some(Mend::GiveBack)),
        (payment(Declined), paid(9_900), "debited_there", Some(Mend::GiveBack)),
        // The whole cannot be given back any more, and a part is no business of the resolution's.
        (payment(Voided), paid(100), "debited_there", None),
        (payment(Voided), paid(0), "agrees", None),
        (payment(Voided), PgReport::Cancelled, "agrees", None),
        (payment(Voided), PgReport::Nothing, "agrees", None),
        (payment(Declined), failed(), "agrees", None),
        (payment(Intended), PgReport::Nothing, "undecided", None),
        (payment(InDoubt), paid(9_900), "undecided", None),
        (payment(NeedsReview), PgReport::Cancelled, "undecided", None),
        (payment(Voided), PgReport::Silent, "not_compared", None),
        (payment(NeedsReview), PgReport::Silent, "not_compared", None),
    ];
    for (payment, pg, expected, mend) in rows {
        let found = compare(&payment, false, &pg);
        assert_eq!(
            (found.name(), found.mend(&payment)),
            (expected, mend),
            "{payment:?} {pg:?}"
        );
    }
    assert_eq!(
        compare(&given_back(Paid, 0), true, &PgReport::Cancelled),
        Comparison::Undecided
    );
}

#[test]
fn what_was_given_back_elsewhere_takes_the_taxed_part_first() {
    let mut part = given_back(PaymentState::PartlyCancelled, 900);
    part.order.tax_free = won(4_000);
    let step = crate::payment::given_back_elsewhere(&part, won(6_000), crate::transition::Actor::Person, EpochMs(1));
    // 5,000 of the 9,000 that are left are taxed.
    assert_eq!(step.cancelled, Some((won(6_900), won(1_000))));
    assert_eq!(step.to, PaymentState::PartlyCancelled);
    let all = crate::payment::given_back_elsewhere(&part, part.balance(), crate::transition::Actor::Worker, EpochMs(1));
    assert_eq!(
        (all.to, all.cancelled),
        (PaymentState::Cancelled, Some((won(9_900), won(4_000))))
    );
}
