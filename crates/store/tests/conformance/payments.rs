//! Payments: one live one of an order, whatever is tried at once, and each read back as it was written.

use domain::change::Change;
use domain::error::{ErrorCode, PgMessage};
use domain::payment::{DeclineReason, PaymentSource, PaymentState, PaymentTransition};
use domain::precondition::Precondition;
use domain::transition::{Actor, Failure};
use jadong_store::{CommitRefused, OrderOwner};

use crate::commits::refused;
use crate::engine::Engine;
use crate::money_rows::{cancel, debit, open, open_reserve, order, paid, payment, reserve, reserve_id, step, won};
use crate::rows::{at, destroy, hash, issuance, issue, key, key_id, project_id, receipt_id};

pub async fn an_order_has_one_live_payment<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let first = payment(1, "order-1");
    store.commit(project_id(1), vec![open(&first)]).await.expect("opened");
    let taken = store.commit(project_id(1), vec![open(&payment(2, "order-1"))]).await;
    assert_eq!(refused(&taken), Some(CommitRefused::OrderTaken));
    let owner = store.order_owner(project_id(1), "order-1").await.expect("a read");
    assert_eq!(owner, Some(OrderOwner::Payment(receipt_id(1))));
    // Another project's order of the same name is another order.
    let mut other = payment(3, "order-1");
    other.project_id = project_id(2);
    store.commit(project_id(1), vec![open(&other)]).await.expect("opened");
    // Declined, it is free for the next attempt, and both are found.
    store
        .commit(project_id(1), vec![step(&first, PaymentState::Declined).into()])
        .await
        .expect("declined");
    assert_eq!(store.order_owner(project_id(1), "order-1").await.expect("a read"), None);
    store
        .commit(project_id(1), vec![open(&payment(4, "order-1"))])
        .await
        .expect("opened again");
    let attempts = store.payments_by_order(project_id(1), "order-1", 10).await;
    let attempts: Vec<_> = attempts
        .expect("a read")
        .into_iter()
        .map(|found| found.receipt_id)
        .collect();
    assert_eq!(attempts, [receipt_id(1), receipt_id(4)]);
}

pub async fn of_fifty_debits_of_an_order_at_once_exactly_one_is_intended<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                store
                    .commit(project_id(1), vec![open(&payment(number, "order-1"))])
                    .await
            })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        match task.await.expect("no panic") {
            Ok(()) => won += 1,
            refusal => assert_eq!(refused(&refusal), Some(CommitRefused::OrderTaken)),
        }
    }
    assert_eq!(won, 1);
    let attempts = store.payments_by_order(project_id(1), "order-1", 100).await;
    assert_eq!(attempts.expect("a read").len(), 1);
}

pub async fn a_payment_comes_back_as_it_was_written<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let mut written = payment(1, "order-1");
    written.source = PaymentSource::Publish(receipt_id(9));
    store.commit(project_id(1), vec![open(&written)]).await.expect("opened");
    assert_eq!(
        store.payment(project_id(1), receipt_id(1)).await.expect("a read"),
        Some(written.clone())
    );
    assert_eq!(store.payment(project_id(2), receipt_id(1)).await.expect("a read"), None);
    store
        .commit(project_id(1), vec![paid(&written).into()])
        .await
        .expect("paid");
    let cancelled = PaymentTransition {
        seq: 3,
        from: PaymentState::Paid,
        cancelled: Some((won(5_000), won(1_000))),
        note: "변심".into(),
        ..step(&written, PaymentState::PartlyCancelled)
    };
    store
        .commit(project_id(1), vec![cancelled.into()])
        .await
        .expect("cancelled");
    written.seq = 3;
    written.state = PaymentState::PartlyCancelled;
    written.debit = Some(debit());
    (written.cancelled_price, written.cancelled_tax_free) = (won(5_000), won(1_000));
    written.cancelled_at = Some(at(100));
    assert_eq!(
        store.payment_of_anyone(receipt_id(1)).await.expect("a read"),
        Some(written)
    );
    let history = store
        .history(project_id(1), receipt_id(1).to_string())
        .await
        .expect("a read");
    let told: Vec<_> = history
        .iter()
        .map(|row| (row.from.as_str(), row.to.as_str(), row.detail.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("", "intended", ""),
            ("intended", "paid", ""),
            ("paid", "partly_cancelled", "변심")
        ]
    );
}

pub async fn a_declined_payment_keeps_its_reason_and_the_pgs_words<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let asked = payment(1, "order-1");
    let failure = Failure {
        code: ErrorCode::PublishRefused,
        pg: Some(PgMessage::new("V301", "잔액 부족")),
    };
    let declined = PaymentTransition {
        failure: Some(failure.clone()),
        reason: Some(DeclineReason::InsufficientFunds),
        note: "by hand".into(),
        actor: Actor::Person,
        ..step(&asked, PaymentState::Declined)
    };
    store
        .commit(project_id(1), vec![open(&asked), declined.into()])
        .await
        .expect("declined");
    let found = store
        .payment_of_anyone(receipt_id(1))
        .await
        .expect("a read")
        .expect("there");
    assert_eq!(found.failure, Some(failure));
    assert_eq!(found.reason, Some(DeclineReason::InsufficientFunds));
    let history = store
        .history(project_id(1), receipt_id(1).to_string())
        .await
        .expect("a read");
    assert_eq!(history[1].detail, "insufficient_funds · by hand");
    assert_eq!(history[1].actor, "person");
}

pub async fn what_a_decision_rests_on_is_looked_at_again_in_the_commit<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let born = key(&issuance(1), 1);
    let asked = payment(1, "order-1");
    store
        .commit(project_id(1), vec![issue(&born), open(&asked)])
        .await
        .expect("opened");
    let price = asked.order.price;
    let mut other = payment(2, "order-2");
    other.order.price = won(700);
    let requires = [
        (Precondition::KeyActive(key_id(1)), true),
        (Precondition::KeyActive(key_id(2)), false),
        (
            Precondition::PaymentAt {
                receipt_id: receipt_id(1),
                seq: 1,
            },
            true,
        ),
        (
            Precondition::PaymentAt {
                receipt_id: receipt_id(1),
                seq: 0,
            },
            false,
        ),
        (
            Precondition::NoneOpen {
                billing_key: key_id(1),
                price,
            },
            false,
        ),
        (
            Precondition::NoneOpen {
                billing_key: key_id(1),
                price: won(13),
            },
            true,
        ),
    ];
    for (precondition, holds) in requires {
        let result = store.commit(project_id(1), vec![precondition.into()]).await;
        assert_eq!(
            refused(&result),
            (!holds).then_some(CommitRefused::LostRace),
            "{precondition:?}"
        );
    }
    assert_eq!(
        store.open_debit(project_id(1), key_id(1), price).await.expect("a read"),
        Some(receipt_id(1))
    );
    assert_eq!(
        store
            .open_debit(project_id(1), key_id(1), won(13))
            .await
            .expect("a read"),
        None
    );
    // Of a destroyed key nothing is debited, also when it was destroyed in the same moment.
    store
        .commit(project_id(1), vec![destroy(1, 5)])
        .await
        .expect("destroyed");
    let late = vec![Precondition::KeyActive(key_id(1)).into(), open(&other)];
    assert_eq!(
        refused(&store.commit(project_id(1), late).await),
        Some(CommitRefused::LostRace)
    );
    assert_eq!(store.payment_of_anyone(receipt_id(2)).await.expect("a read"), None);
}

pub async fn an_idempotency_key_is_used_once_and_forgotten_by_its_own_request<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let remember = |receipt: u32| Change::RememberIdempotency {
        project_id: project_id(1),
        key: "key-1".to_owned(),
        fingerprint: hash("request"),
        receipt_id: receipt_id(receipt),
    };
    let forget = |receipt: u32| Change::ForgetIdempotency {
        project_id: project_id(1),
        key: "key-1".to_owned(),
        receipt_id: receipt_id(receipt),
    };
    store
        .commit(project_id(1), vec![remember(1)])
        .await
        .expect("remembered");
    assert_eq!(
        refused(&store.commit(project_id(1), vec![remember(2)]).await),
        Some(CommitRefused::IdempotencyTaken)
    );
    let found = store.idempotency(project_id(1), "key-1").await.expect("a read");
    assert_eq!(found, Some((hash("request"), receipt_id(1))));
    assert_eq!(store.idempotency(project_id(2), "key-1").await.expect("a read"), None);
    store
        .commit(project_id(1), vec![forget(2)])
        .await
        .expect("somebody else's");
    assert!(
        store
            .idempotency(project_id(1), "key-1")
            .await
            .expect("a read")
            .is_some()
    );
    store.commit(project_id(1), vec![forget(1)]).await.expect("forgotten");
    store
        .commit(project_id(1), vec![remember(2)])
        .await
        .expect("free again");
}

pub async fn a_reserves_payment_takes_over_its_order<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let waiting = reserve(1, "order-1");
    store
        .commit(project_id(1), vec![open_reserve(&waiting)])
        .await
        .expect("opened");
    let mut executed = payment(1, "order-1");
    executed.source = PaymentSource::Reserve(reserve_id(1));
    // Of another order, or by another reserve, it is nobody's.
    let mut stranger = payment(2, "order-1");
    stranger.source = PaymentSource::Reserve(reserve_id(2));
    assert_eq!(
        refused(&store.commit(project_id(1), vec![open(&stranger)]).await),
        Some(CommitRefused::OrderTaken)
    );
    store
        .commit(project_id(1), vec![open(&executed)])
        .await
        .expect("handed over");
    let owner = store.order_owner(project_id(1), &order("order-1").order_id).await;
    assert_eq!(owner.expect("a read"), Some(OrderOwner::Payment(receipt_id(1))));
    assert_eq!(
        store
            .history(project_id(1), receipt_id(1).to_string())
            .await
            .expect("a read")[0]
            .actor,
        "worker"
    );
    assert_eq!(
        refused(&store.commit(project_id(1), vec![open(&executed)]).await),
        Some(CommitRefused::OrderTaken)
    );
}

pub async fn payments_since_a_time_come_newest_first<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    for number in 1..=4 {
        store
            .commit(project_id(1), vec![open(&payment(number, &format!("order-{number}")))])
            .await
            .expect("opened");
    }
    let found = store.payments_since(at(0), 3).await.expect("a read");
    let found: Vec<_> = found.into_iter().map(|payment| payment.receipt_id).collect();
    assert_eq!(found, [receipt_id(4), receipt_id(3), receipt_id(2)]);
    assert!(store.payments_since(at(1), 3).await.expect("a read").is_empty());
}

pub async fn payments_and_cancels_between_two_ids_come_oldest_first<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    for number in 1..=4 {
        let paid = payment(number, &format!("order-{number}"));
        store.commit(project_id(1), vec![open(&paid)]).await.expect("opened");
    }
    let ids = async |from, until, limit| {
        let between = (receipt_id(from), receipt_id(until));
        let found = store.payments_between(project_id(1), between, limit).await;
        let found = found.expect("a read");
        found.into_iter().map(|payment| payment.receipt_id).collect::<Vec<_>>()
    };
    assert_eq!(ids(1, 4, 10).await, [receipt_id(2), receipt_id(3)], "neither end");
    assert_eq!(ids(1, 9, 2).await, [receipt_id(2), receipt_id(3)]);
    let between = (receipt_id(1), receipt_id(9));
    let others = store.payments_between(project_id(2), between, 9).await;
    assert!(others.expect("a read").is_empty());

    let opened = [(1, 2), (2, 3)].map(|(number, of)| cancel(number, receipt_id(of), "c"));
    for opened in &opened {
        let opening = vec![Change::OpenCancel(Box::new(opened.clone()))];
        store.commit(project_id(1), opening).await.expect("opened");
    }
    let between = (opened[0].id, cancel(9, receipt_id(1), "c").id);
    let cancels = store.cancels_between(project_id(1), between, 9).await;
    assert_eq!(cancels.expect("a read"), [(opened[1].id, receipt_id(3))]);
    let none = store.cancels_between(project_id(2), between, 9).await;
    assert!(none.expect("a read").is_empty());
}
