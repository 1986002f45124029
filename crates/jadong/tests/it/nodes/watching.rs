//! Whoever asks one gateway for what another one has under way is answered when that has ended, as in one gateway.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::{stop, two, two_with, until_reached};
use testkit::{Answer, TestGateway, both};

/// The next such call takes longer at the PG than a few looks at the row, by a clock that goes ten times as fast.
async fn slow(gateway: &TestGateway, call: &str) {
    let fault = json!({ "on": call, "kind": "slow", "times": 1, "slow_ms": 100 });
    gateway.pg.control(Method::POST, "faults", fault).await;
}

#[tokio::test]
async fn many_who_repeat_a_slow_charge_elsewhere_get_its_answer() {
    let (gateway, other) = two().await;
    let (one, two) = (gateway.merchant(), other.merchant());
    let key = one.key().await;
    slow(&gateway, "charge").await;
    let order = json!({ "order_id": "order_1" });
    let mut point = gateway.node.freeze_at("charge_after_commit");
    let mut first = std::pin::pin!(one.charge(&key, order.clone()));
    until_reached(&mut point, first.as_mut()).await;
    drop(point);
    let repeated = async {
        let mut repeats = tokio::task::JoinSet::new();
        for _repeat in 0..20 {
            let (two, key, order) = (two.clone(), key.clone(), order.clone());
            repeats.spawn(async move { two.charge(&key, order).await });
        }
        repeats.join_all().await
    };
    let (first, repeats) = gateway.while_time_creeps(both(0, first, repeated)).await;
    assert_eq!((first.verdict().as_str(), first.is_replayed()), ("200", false));
    for repeat in repeats {
        assert_eq!(
            (repeat.body.as_str(), repeat.is_replayed()),
            (first.body.as_str(), true)
        );
    }
    assert_eq!(gateway.pg.ledger().await.requests.charge, 1);
    stop(gateway, other).await;
}

#[tokio::test]
async fn a_charge_that_is_declined_elsewhere_is_declined_to_who_repeats_it() {
    let (gateway, other) = two().await;
    let (one, two) = (gateway.merchant(), other.merchant());
    // An account without money.
    let key = one.key_of("0001").await;
    for round in 0..4 {
        let order = json!({ "order_id": format!("order_{round}") });
        let charges = both(round, one.charge(&key, order.clone()), two.charge(&key, order));
        let (first, second) = gateway.while_time_creeps(charges).await;
        assert_eq!(first.verdict(), "400 RC_CONFIRM_FAILED");
        assert_eq!(first.verdict(), second.verdict());
    }
    stop(gateway, other).await;
}

/// Its process is gone: whoever waits is answered when nobody can be asking any more, and the order is free in the end.
#[tokio::test]
async fn who_waits_for_a_dead_gateways_debit_is_told_that_nobody_knows() {
    let (gateway, other) = two().await;
    let key = gateway.merchant().key().await;
    let order = json!({ "order_id": "order_1" });
    let mut point = gateway.node.freeze_at("charge_after_commit");
    let merchant = gateway.merchant();
    until_reached(&mut point, merchant.charge(&key, order.clone())).await;
    let repeated = gateway
        .while_time_passes(other.merchant().charge(&key, order.clone()))
        .await;
    assert_eq!(repeated.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
    let receipt_id = repeated.text("receipt_id");
    let two = other.merchant();
    let voided = gateway.eventually(async || {
        let receipt = two.look_up(&receipt_id).await;
        (receipt["status"] != json!(0) && receipt["status"] != json!(2)).then_some(receipt)
    });
    assert_eq!(voided.await["status"], json!(-2));
    let paid = gateway.while_time_passes(two.charge(&key, order)).await.expect(200);
    assert_eq!(gateway.pg.ledger().await.debited(&paid.text("receipt_id")), (1, 1000));
    assert_eq!(gateway.pg.ledger().await.debits.len(), 1);
    point.for_ever();
}

#[tokio::test]
async fn who_waits_is_answered_when_its_gateway_stops() {
    let (gateway, other) = two().await;
    let key = gateway.merchant().key().await;
    let order = json!({ "order_id": "order_1" });
    let mut point = gateway.node.freeze_at("charge_after_commit");
    let (one, two) = (gateway.merchant(), other.merchant());
    let mut first = std::pin::pin!(one.charge(&key, order.clone()));
    until_reached(&mut point, first.as_mut()).await;
    // The clock stands still, so only the stop can end it.
    let (repeated, ()) = tokio::join!(two.charge(&key, order), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        other.leave().await;
    });
    assert_eq!(repeated.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
    drop(point);
    assert_eq!(first.await.verdict(), "200");
    gateway.stop().await;
}

#[tokio::test]
async fn a_slow_cancel_is_waited_for_elsewhere() {
    let (gateway, other) = two().await;
    let (one, two) = (gateway.merchant(), other.merchant());
    let receipt_id = gateway.paid("order_1", json!({})).await;
    slow(&gateway, "cancel").await;
    let cancel = json!({ "cancel_id": "c1" });
    let mut point = gateway.node.freeze_at("cancel_after_commit");
    let mut first = std::pin::pin!(one.cancel(&receipt_id, cancel.clone()));
    until_reached(&mut point, first.as_mut()).await;
    drop(point);
    let cancels = both(0, first, two.cancel(&receipt_id, cancel));
    let (first, second) = gateway.while_time_creeps(cancels).await;
    assert_eq!((first.verdict().as_str(), second.verdict().as_str()), ("200", "200"));
    assert!(second.is_replayed() && !first.is_replayed());
    assert_eq!(gateway.pg.ledger().await.requests.cancel, 1);
    stop(gateway, other).await;
}

/// Both get the key and the receipt of the payment that came with it.
#[tokio::test]
async fn a_slow_publish_and_its_first_payment_are_waited_for_elsewhere() {
    for call in ["register", "charge"] {
        let (gateway, other) = two().await;
        let (one, two) = (gateway.merchant(), other.merchant());
        let receipt_id = one.receipt(json!({ "price": 1000 })).await;
        slow(&gateway, call).await;
        let mut point = gateway.node.freeze_at("publish_after_commit");
        let mut first = std::pin::pin!(one.publish(&receipt_id));
        until_reached(&mut point, first.as_mut()).await;
        // The other one finds it being published.
        let going_on = async {
            tokio::time::sleep(Duration::from_millis(150)).await;
            drop(point);
        };
        let publishes = async { tokio::join!(first, two.publish(&receipt_id), going_on) };
        let (first, second, ()) = gateway.while_time_creeps(publishes).await;
        assert_eq!(
            (first.verdict().as_str(), second.verdict().as_str()),
            ("200", "200"),
            "{call}"
        );
        assert_eq!(first.json(), second.json(), "{call}");
        assert!(second.is_replayed() && !first.is_replayed(), "{call}");
        let ledger = gateway.pg.ledger().await;
        assert_eq!((ledger.requests.register, ledger.requests.charge), (1, 1), "{call}");
        stop(gateway, other).await;
    }
}

fn consent(answer: &Answer) -> &str {
    answer.header("jadong-consent").unwrap_or_default()
}

#[tokio::test]
async fn an_equal_request_elsewhere_is_held_until_the_customer_agrees() {
    let (gateway, other) = two_with(|plan| {
        plan.consent_hold = Duration::from_secs(3600);
        plan.answer_delay = Duration::from_secs(20);
    })
    .await;
    let (one, two) = (gateway.merchant(), other.merchant());
    let requests = both(4, one.ask(json!({})), two.ask(json!({})));
    let (first, second) = gateway.while_time_passes(requests).await;
    assert_eq!((consent(&first), consent(&second)), ("agreed", "agreed"));
    assert_eq!(first.text("receipt_id"), second.text("receipt_id"));
    assert_ne!(first.is_replayed(), second.is_replayed());
    assert_eq!(gateway.pg.ledger().await.rung(&first.text("receipt_id")), 1);
    stop(gateway, other).await;
}

#[tokio::test]
async fn an_equal_request_elsewhere_is_told_that_the_customer_refused() {
    let (gateway, other) = two_with(|plan| plan.consent_hold = Duration::from_secs(3600)).await;
    let (one, two) = (gateway.merchant(), other.merchant());
    let asked = json!({ "phone": "01000000001" });
    let requests = both(4, one.ask(asked.clone()), two.ask(asked));
    let (first, second) = gateway.while_time_passes(requests).await;
    assert_eq!(
        (first.status, first.verdict()),
        (400, second.verdict()),
        "{}",
        first.body
    );
    stop(gateway, other).await;
}
