//! Money that goes back.

use jadong_pg::{Outcome, PaymentLookup, RefundsSeen, Unknown};

use super::{meaningless, named};
use crate::relay::Fault;
use crate::subject::{Subject, done, new_order, shown};

pub async fn money_goes_back_in_parts_and_no_more(subject: Subject) {
    let (key, order_id) = (subject.key().await, new_order());
    let tid = done(subject.charge(&key, &order_id, 1000).await).tid;
    let other = subject.debit(&key, 500).await;
    assert_eq!(subject.refund(&tid, &new_order(), 300).await, Outcome::Done(()));
    for found in [subject.find(&order_id, 1000).await, subject.find_tid(&tid).await] {
        assert_eq!(shown(&found), ("paid", 700));
    }
    let too_much = subject.refund(&tid, &new_order(), 701).await;
    assert!(
        matches!(too_much, Outcome::Refused { .. } | Outcome::Unknown(_)),
        "{too_much:?}"
    );
    assert_eq!(subject.ledger().await.given_back, 300);

    let last = new_order();
    assert_eq!(subject.refund(&tid, &last, 700).await, Outcome::Done(()));
    for found in [subject.find(&order_id, 1000).await, subject.find_tid(&tid).await] {
        assert_eq!(shown(&found), ("cancelled", 0));
        let PaymentLookup::Cancelled(record) = done(found) else {
            panic!("nothing is left");
        };
        assert!(record.cancel_orders.is_none_or(|orders| orders.contains(&last)));
    }
    let nothing_left = subject.refund(&tid, &new_order(), 1).await;
    assert!(
        matches!(nothing_left, Outcome::Refused { .. } | Outcome::Unknown(_)),
        "{nothing_left:?}"
    );
    assert_eq!(subject.ledger().await.given_back, 1000);
    assert_eq!(shown(&subject.find_tid(&other.tid).await), ("paid", 500));
}

/// It is seen by its order, and then the same may be sent again; or by the sum, and then it is looked for.
pub async fn a_refund_whose_answer_is_lost_gives_back_once(subject: Subject) {
    let key = subject.key().await;
    let debit = subject.debit(&key, 100_000).await;
    let mut given_back = 0;
    for fault in meaningless().into_iter().chain([Fault::RequestLost]) {
        let name = named(&fault);
        let is_done = !matches!(fault, Fault::RequestLost);
        let order_id = new_order();
        subject.relay.spoil(fault);
        let lost = subject.refund(&debit.tid, &order_id, 100).await;
        assert!(matches!(lost, Outcome::Unknown(_)), "{name}: {lost:?}");
        subject.relay.mend();
        given_back += if is_done { 100 } else { 0 };
        assert_eq!(subject.ledger().await.given_back, given_back, "{name}");
        if subject.can.refunds == RefundsSeen::ByOrder {
            let again = subject.refund(&debit.tid, &order_id, 100).await;
            given_back += if is_done { 0 } else { 100 };
            let is_known = matches!(again, Outcome::Done(()) | Outcome::Unknown(Unknown::Duplicate));
            assert!(is_known, "{name}: {again:?}");
            assert_eq!(subject.ledger().await.given_back, given_back, "{name}");
        }
        let found = subject.find_tid(&debit.tid).await;
        assert_eq!(shown(&found), ("paid", 100_000 - given_back), "{name}");
        let PaymentLookup::Paid(record) = done(found) else {
            panic!("{name}: most of it is left");
        };
        if let (Some(orders), RefundsSeen::ByOrder) = (record.cancel_orders, subject.can.refunds) {
            assert!(orders.contains(&order_id), "{name}: {orders:?}");
        }
    }
}

pub async fn refunds_at_once_give_back_what_they_say(subject: Subject) {
    let key = subject.key().await;
    for (amount, fit) in [(600, 1), (400, 2)] {
        let (debit, before) = (subject.debit(&key, 1000).await, subject.ledger().await.given_back);
        let (first, second) = (new_order(), new_order());
        let both = tokio::join!(
            subject.refund(&debit.tid, &first, amount),
            subject.refund(&debit.tid, &second, amount)
        );
        let said = [&both.0, &both.1]
            .into_iter()
            .filter(|outcome| **outcome == Outcome::Done(()))
            .count();
        let unknown = [&both.0, &both.1]
            .into_iter()
            .filter(|outcome| matches!(outcome, Outcome::Unknown(_)))
            .count();
        let times = usize::try_from((subject.ledger().await.given_back - before) / amount).unwrap();
        assert!((1..=fit).contains(&times), "{times} times {amount}: {both:?}");
        assert!(
            (said..=said + unknown).contains(&times),
            "{times} times {amount}: {both:?}"
        );
        let left = 1000 - u64::try_from(times).unwrap() * amount;
        assert_eq!(shown(&subject.find_tid(&debit.tid).await).1, left);
    }
    if subject.can.refunds != RefundsSeen::ByOrder {
        return;
    }
    let (debit, before, order_id) = (
        subject.debit(&key, 1000).await,
        subject.ledger().await.given_back,
        new_order(),
    );
    let same = tokio::join!(
        subject.refund(&debit.tid, &order_id, 400),
        subject.refund(&debit.tid, &order_id, 400)
    );
    assert_eq!(subject.ledger().await.given_back - before, 400);
    for outcome in [same.0, same.1] {
        assert!(
            matches!(outcome, Outcome::Done(()) | Outcome::Unknown(_)),
            "{outcome:?}"
        );
    }
}

pub async fn a_charge_and_a_refund_at_once_are_two(subject: Subject) {
    let key = subject.key().await;
    for _ in 0..5 {
        let (debit, before) = (subject.debit(&key, 1000).await, subject.ledger().await);
        let (order_id, refund_id) = (new_order(), new_order());
        let (charged, refunded) = tokio::join!(
            subject.charge(&key, &order_id, 300),
            subject.refund(&debit.tid, &refund_id, 200)
        );
        assert_ne!(done(charged).tid, debit.tid);
        assert_eq!(refunded, Outcome::Done(()));
        let after = subject.ledger().await;
        assert_eq!(
            (after.taken - before.taken, after.given_back - before.given_back),
            (300, 200)
        );
        assert_eq!(shown(&subject.find_tid(&debit.tid).await), ("paid", 800));
        assert_eq!(shown(&subject.find(&order_id, 300).await), ("paid", 300));
    }
}

/// That another debit was given back says nothing of this one.
pub async fn another_refunds_answer_is_not_believed(subject: Subject) {
    let key = subject.key().await;
    let (first, second) = (subject.debit(&key, 1000).await, subject.debit(&key, 1000).await);
    done(subject.refund(&first.tid, &new_order(), 1000).await);
    subject.relay.spoil(Fault::Refused(subject.relay.latest_answer()));
    let outcome = subject.refund(&second.tid, &new_order(), 1000).await;
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
    subject.relay.mend();
    assert_eq!(shown(&subject.find_tid(&second.tid).await), ("paid", 1000));
}
