//! Debits whose answers come.

use std::time::Duration;

use domain::payment::DeclineReason;
use jadong_pg::{NetCancelRefusal, Outcome, PaymentLookup, RefundsSeen, Unknown};

use super::{meaningless, named};
use crate::relay::{Fault, answer};
use crate::subject::{ACCOUNT, Ledger, PHONE, Subject, done, new_order, shown};

pub async fn a_charge_debits_once(subject: Subject) {
    let key = subject.key().await;
    let order_id = new_order();
    let debit = done(subject.charge(&key, &order_id, 1000).await);
    assert!(!debit.tid.is_empty());
    for found in [subject.find(&order_id, 1000).await, subject.find_tid(&debit.tid).await] {
        let PaymentLookup::Paid(record) = done(found) else {
            panic!("it was paid");
        };
        assert_eq!((&*record.debit.tid, record.balance.get()), (&*debit.tid, 1000));
        assert_eq!(record.debit.paid_at, debit.paid_at);
    }
    let other_amount = subject.find(&order_id, 1001).await;
    assert!(matches!(other_amount, Outcome::Unknown(_)), "{other_amount:?}");
    let again = subject.charge(&key, &order_id, 1000).await;
    let is_known = matches!(&again, Outcome::Done(same) if same.tid == debit.tid);
    assert!(
        is_known || matches!(again, Outcome::Unknown(Unknown::Duplicate)),
        "{again:?}"
    );
    let ledger = subject.ledger().await;
    assert_eq!((ledger.debits, ledger.taken, ledger.given_back), (1, 1000, 0));

    let (least, most) = (subject.can.limits.debit_min.get(), subject.can.limits.debit_max.get());
    subject.debit(&key, least).await;
    subject.debit(&key, most).await;
    assert_eq!(subject.ledger().await.taken, 1000 + least + most);
}

/// An id that is cut short on its way is another's.
pub async fn orders_that_differ_in_the_last_letter_are_two(subject: Subject) {
    let key = subject.key().await;
    let order_id = new_order();
    let orders = ["a", "b"].map(|last| format!("{}{last}", &order_id[..23]));
    for (order_id, amount) in orders.iter().zip([1000, 2000]) {
        done(subject.charge(&key, order_id, amount).await);
    }
    for (order_id, amount) in orders.iter().zip([1000, 2000]) {
        assert_eq!(shown(&subject.find(order_id, amount).await), ("paid", amount));
    }
    // As the gateway calls the refund of a debit that came too late.
    let debit = subject.debit(&key, 700).await;
    done(subject.refund(&debit.tid, &format!("{}-refund", orders[0]), 700).await);
    let ledger = subject.ledger().await;
    assert_eq!((ledger.debits, ledger.taken, ledger.given_back), (3, 3700, 700));
}

pub async fn what_was_never_sent_is_not_found(subject: Subject) {
    let key = subject.key().await;
    let debit = subject.debit(&key, 1000).await;
    let no_tid: String = debit
        .tid
        .chars()
        .map(|c| if c.is_alphanumeric() { '0' } else { c })
        .collect();
    for absent in [subject.find(&new_order(), 1000).await, subject.find_tid(&no_tid).await] {
        assert!(
            matches!(absent, Outcome::Done(PaymentLookup::Nothing) | Outcome::Unknown(_)),
            "{absent:?}"
        );
    }
    if subject.can.absence_proven_after.is_some() {
        assert_eq!(
            shown(&subject.find(&new_order(), 1000).await),
            ("nothing", 0),
            "what is to be believed is said"
        );
    }
    let no_money = subject.refund(&no_tid, &new_order(), 1000).await;
    assert!(
        matches!(no_money, Outcome::Refused { .. } | Outcome::Unknown(_)),
        "{no_money:?}"
    );
    assert_eq!(subject.ledger().await.given_back, 0);
}

/// What the PG itself says is believed, but for numbers that it has no business to repeat.
pub async fn a_refusal_is_final_and_has_a_reason(subject: Subject) {
    let key = subject.key().await;
    let (order_id, before) = (new_order(), subject.ledger().await);
    let (status, body) = subject
        .fake
        .refusal(&format!("계좌 {ACCOUNT} 잔액 부족, {PHONE} 연락 요망"));
    subject
        .relay
        .spoil(Fault::Refused(answer(status, "application/json", &body)));
    let declined = subject.charge(&key, &order_id, 1000).await;
    let Outcome::Refused { reason, pg } = declined else {
        panic!("{declined:?}");
    };
    assert_eq!(reason, DeclineReason::InsufficientFunds);
    assert!(!pg.code.is_empty() && pg.text.contains("잔액 부족"), "{pg:?}");
    assert!(!pg.text.contains(ACCOUNT) && !pg.text.contains(PHONE), "{pg:?}");
    subject.relay.mend();
    assert_eq!(subject.ledger().await, before);
    done(subject.charge(&key, &new_order(), 1000).await);
}

pub async fn two_charges_at_once_of_one_order_debit_once(subject: Subject) {
    let (key, order_id) = (subject.key().await, new_order());
    let (first, second) = tokio::join!(
        subject.charge(&key, &order_id, 1000),
        subject.charge(&key, &order_id, 1000)
    );
    let PaymentLookup::Paid(record) = done(subject.find(&order_id, 1000).await) else {
        panic!("it was paid");
    };
    for outcome in [first, second] {
        let is_it = matches!(&outcome, Outcome::Done(debit) if debit.tid == record.debit.tid);
        assert!(is_it || matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
    }
    let ledger = subject.ledger().await;
    assert_eq!((ledger.debits, ledger.taken), (1, 1000));
}

pub async fn a_net_cancel_takes_back_where_there_is_one(subject: Subject) {
    let (key, order_id) = (subject.key().await, new_order());
    let debit = done(subject.charge(&key, &order_id, 1000).await);
    let before = subject.relay.requests();
    if subject.can.net_cancel.is_none() {
        assert_eq!(
            subject.net_cancel(&order_id).await,
            Outcome::Unknown(Unknown::NotOffered)
        );
        assert_eq!(subject.relay.requests(), before, "it cannot be asked for, and was");
        return;
    }
    for fault in meaningless() {
        subject.relay.spoil(fault.clone());
        let lost = subject.net_cancel(&order_id).await;
        assert!(matches!(lost, Outcome::Unknown(_)), "{}: {lost:?}", named(&fault));
        subject.relay.mend();
    }
    for _ in 0..2 {
        assert_eq!(subject.net_cancel(&order_id).await, Outcome::Done(()));
    }
    for found in [subject.find(&order_id, 1000).await, subject.find_tid(&debit.tid).await] {
        assert_eq!(shown(&found), ("cancelled", 0));
    }
    let never = subject.net_cancel(&new_order()).await;
    let reason = NetCancelRefusal::NotThere;
    assert!(
        matches!(&never, Outcome::Refused { reason: why, .. } if *why == reason),
        "{never:?}"
    );
    let ledger = subject.ledger().await;
    assert_eq!(
        ledger,
        Ledger {
            asked: 1,
            keys: 1,
            debits: 1,
            taken: 1000,
            given_back: 1000,
            receipts: 0
        }
    );
    // Of another's answer: that one was taken back, and this one was not.
    let order_id = new_order();
    done(subject.charge(&key, &order_id, 1000).await);
    done(subject.net_cancel(&order_id).await);
    subject.relay.spoil(Fault::Refused(subject.relay.latest_answer()));
    let order_id = new_order();
    let not_this = subject.net_cancel(&order_id).await;
    assert!(matches!(not_this, Outcome::Unknown(_)), "{not_this:?}");
}

pub async fn what_it_can_do_does_not_contradict_itself(subject: Subject) {
    let can = &subject.can;
    assert_eq!(*can, subject.pg.capabilities(None), "the same whenever it is asked");
    assert!(!can.names.shown.is_empty() && !can.names.asked.is_empty());
    assert!(can.limits.debit_min.get() > 0 && can.limits.debit_min <= can.limits.debit_max);
    assert!(can.doubt_lasts > Duration::ZERO);
    assert!(can.net_cancel.is_none_or(|within| within > Duration::ZERO));
    if let RefundsSeen::BySum { stands_still } = can.refunds {
        assert!(stands_still > Duration::ZERO);
    }
    assert_eq!(subject.relay.requests(), 0, "no call was needed to tell");
}
