//! Debits whose answers do not come: unknown, never declined, and found as they are.

use std::time::Instant;

use jadong_pg::{Outcome, PaymentLookup};

use super::{meaningless, named};
use crate::relay::Fault;
use crate::subject::{PATIENCE, Subject, done, new_order, shown};

pub async fn a_charge_whose_answer_is_lost_is_unknown_and_found(subject: Subject) {
    let key = subject.key().await;
    let mut taken = 0;
    for fault in meaningless() {
        let order_id = new_order();
        subject.relay.spoil(fault.clone());
        let lost = subject.charge(&key, &order_id, 1000).await;
        assert!(matches!(lost, Outcome::Unknown(_)), "{}: {lost:?}", named(&fault));
        subject.relay.mend();
        taken += 1000;
        assert_eq!(subject.ledger().await.taken, taken, "{}", named(&fault));
        let found = subject.find(&order_id, 1000).await;
        assert_eq!(shown(&found), ("paid", 1000), "{}: {found:?}", named(&fault));
    }
}

pub async fn a_charge_that_is_lost_is_unknown_and_not_there(subject: Subject) {
    let (key, order_id) = (subject.key().await, new_order());
    subject.relay.spoil(Fault::RequestLost);
    let lost = subject.charge(&key, &order_id, 1000).await;
    assert!(matches!(lost, Outcome::Unknown(_)), "a body has left: {lost:?}");
    subject.relay.mend();
    let absent = subject.find(&order_id, 1000).await;
    assert!(
        matches!(absent, Outcome::Done(PaymentLookup::Nothing) | Outcome::Unknown(_)),
        "{absent:?}"
    );
    assert_eq!(subject.ledger().await.debits, 0);
}

/// "There is no such debit" is true of the moment. Until when it is not believed the connector says.
pub async fn a_charge_that_arrives_late_is_believed_absent_no_sooner(subject: Subject) {
    let (key, order_id) = (subject.key().await, new_order());
    let since = Instant::now();
    let late = 4 * PATIENCE;
    subject.relay.spoil(Fault::RequestLate(late));
    let lost = subject.charge(&key, &order_id, 1000).await;
    assert!(matches!(lost, Outcome::Unknown(_)), "{lost:?}");
    subject.relay.mend();
    let absent = subject.find(&order_id, 1000).await;
    assert!(
        matches!(absent, Outcome::Done(PaymentLookup::Nothing) | Outcome::Unknown(_)),
        "{absent:?}"
    );
    while subject.ledger().await.debits == 0 {
        assert!(since.elapsed() < 10 * late, "it arrives");
        tokio::time::sleep(PATIENCE / 10).await;
    }
    assert_eq!(shown(&subject.find(&order_id, 1000).await), ("paid", 1000));
    let believed_after = subject.can.absence_proven_after;
    assert!(
        believed_after.is_none_or(|after| after > since.elapsed()),
        "{believed_after:?}"
    );
}

pub async fn an_answer_that_takes_too_long_is_not_waited_for(subject: Subject) {
    let key = subject.key().await;
    for fault in [Fault::AnswerHeld, Fault::AnswerTrickles] {
        let order_id = new_order();
        subject.relay.spoil(fault.clone());
        let since = Instant::now();
        let lost = subject.charge(&key, &order_id, 1000).await;
        assert!(matches!(lost, Outcome::Unknown(_)), "{fault:?}: {lost:?}");
        let debit = subject.find(&order_id, 1000).await;
        assert!(matches!(debit, Outcome::Unknown(_)), "{fault:?}: {debit:?}");
        assert!(since.elapsed() < 10 * PATIENCE, "{fault:?}: {:?}", since.elapsed());
        subject.relay.mend();
        let PaymentLookup::Paid(record) = done(subject.find(&order_id, 1000).await) else {
            panic!("{fault:?}: it was paid");
        };
        subject.relay.spoil(fault.clone());
        let lost = subject.refund(&record.debit.tid, &new_order(), 300).await;
        assert!(matches!(lost, Outcome::Unknown(_)), "{fault:?}: {lost:?}");
        subject.relay.mend();
        assert_eq!(shown(&subject.find_tid(&record.debit.tid).await), ("paid", 700));
    }
    let ledger = subject.ledger().await;
    assert_eq!((ledger.debits, ledger.taken, ledger.given_back), (2, 2000, 600));
}

/// Neither "there is none" nor anything else.
pub async fn a_look_up_without_an_answer_says_nothing(subject: Subject) {
    let (key, order_id) = (subject.key().await, new_order());
    let debit = done(subject.charge(&key, &order_id, 1000).await);
    for fault in meaningless() {
        subject.relay.spoil(fault.clone());
        for found in [subject.find(&order_id, 1000).await, subject.find_tid(&debit.tid).await] {
            assert!(matches!(found, Outcome::Unknown(_)), "{}: {found:?}", named(&fault));
        }
        subject.relay.mend();
    }
}

/// A PG, or what stands before it, that mixes its answers up: an outcome is of the order that it names.
pub async fn another_debits_answer_is_not_believed(subject: Subject) {
    let (key, first, second) = (subject.key().await, new_order(), new_order());
    let debit = done(subject.charge(&key, &first, 1000).await);
    let charged = subject.relay.latest_answer();
    done(subject.find(&first, 1000).await);
    let found_by_order = subject.relay.latest_answer();
    done(subject.find_tid(&debit.tid).await);
    let found_by_tid = subject.relay.latest_answer();

    subject.relay.spoil(Fault::Instead(charged));
    let outcome = subject.charge(&key, &second, 1000).await;
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
    subject.relay.mend();
    let PaymentLookup::Paid(record) = done(subject.find(&second, 1000).await) else {
        panic!("it was paid");
    };
    assert_ne!(record.debit.tid, debit.tid);
    subject.relay.spoil(Fault::Instead(found_by_order));
    let found = subject.find(&second, 1000).await;
    let is_none = matches!(found, Outcome::Unknown(_) | Outcome::Done(PaymentLookup::Nothing));
    assert!(is_none, "{found:?}");
    subject.relay.spoil(Fault::Instead(found_by_tid));
    let found = subject.find_tid(&record.debit.tid).await;
    assert!(matches!(found, Outcome::Unknown(_)), "{found:?}");
}
