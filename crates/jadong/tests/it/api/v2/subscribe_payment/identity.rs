//! An order is paid at most once: the same request gets the same receipt, a different one is a conflict.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::json;

use testkit::{Answer, TestGateway};

/// Twenty answers to the same request, sent at once.
async fn twenty_at_once(gateway: &TestGateway, key: &str) -> Vec<Answer> {
    let asked: Vec<_> = (0..20)
        .map(|_| {
            let (merchant, key) = (gateway.merchant(), key.to_owned());
            tokio::spawn(async move { merchant.charge(&key, json!({})).await })
        })
        .collect();
    let mut answers = Vec::new();
    for one in asked {
        answers.push(one.await.unwrap());
    }
    answers
}

#[tokio::test]
async fn the_same_request_again_is_the_same_receipt_however_late() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let first = merchant.charge(&key, json!({})).await.expect(200);
    assert!(!first.is_replayed());
    gateway.clock.advance(Duration::from_secs(400 * 24 * 3600));
    // A key that died in between does not change what was answered.
    merchant
        .delete(&format!("/v2/subscribe/billing_key/{key}"))
        .await
        .expect(200);
    let again = merchant.charge(&key, json!({})).await.expect(200);
    assert!(again.is_replayed());
    assert_eq!(again.body, first.body);
    assert_eq!(gateway.pg.ledger().await.requests.charge, 1);
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_equal_requests_at_once_debit_once() {
    let gateway = TestGateway::start().await;
    let key = gateway.merchant().key().await;
    let answers = twenty_at_once(&gateway, &key).await;
    let receipts: HashSet<_> = answers
        .iter()
        .map(|answer| answer.clone().expect(200).text("receipt_id"))
        .collect();
    assert_eq!(receipts.len(), 1);
    assert_eq!(answers.iter().filter(|answer| !answer.is_replayed()).count(), 1);
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (1, 1));
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_equal_requests_wait_for_a_slow_one_and_debit_once() {
    let gateway = TestGateway::start().await;
    let key = gateway.merchant().key().await;
    gateway.pg.fault("charge", "slow", 20).await;
    let answers = twenty_at_once(&gateway, &key).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (1, 1));
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_equal_requests_hear_one_doubt() {
    let gateway = TestGateway::start().await;
    let key = gateway.merchant().key().await;
    gateway.pg.fault("charge", "drop-after", 20).await;
    let answers = twenty_at_once(&gateway, &key).await;
    let receipts: HashSet<_> = answers
        .iter()
        .inspect(|answer| assert_eq!(answer.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED"))
        .map(|answer| answer.text("receipt_id"))
        .collect();
    assert_eq!(receipts.len(), 1);
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (1, 1));
    gateway.stop().await;
}

#[tokio::test]
async fn a_different_request_with_the_same_order_id_is_a_conflict_that_names_both() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let (key, other_key) = (merchant.key().await, merchant.key().await);
    let paid = merchant.charge(&key, json!({})).await.expect(200);
    let receipt_id = paid.text("receipt_id");
    let cases = [
        (json!({ "price": 2000 }), "price 1000 / 2000".to_owned()),
        (json!({ "tax_free": 5 }), "tax_free 0 / 5".to_owned()),
        (json!({ "order_name": "다른 이름" }), "order_name".to_owned()),
        (json!({ "metadata": { "a": 1 } }), "metadata".to_owned()),
        (json!({ "items": [{ "id": "1" }] }), "items".to_owned()),
        (json!({ "user": { "id": "u1" } }), "user".to_owned()),
        (
            json!({ "feedback_url": "https://shop.example/hook" }),
            "feedback_url, content_type".to_owned(),
        ),
        (
            json!({ "billing_key": other_key }),
            format!("billing_key {key} / {other_key}"),
        ),
        (
            json!({ "price": 2000, "tax_free": 5 }),
            "price 1000 / 2000, tax_free 0 / 5".to_owned(),
        ),
    ];
    for (changes, named) in cases {
        let answer = merchant.charge(&key, changes.clone()).await;
        assert_eq!(answer.verdict(), "409 RC_ORDER_ID_CONFLICT", "{changes}");
        assert_eq!(answer.text("field"), "order_id");
        assert_eq!(
            answer.text("hint"),
            format!("receipt_id {receipt_id}: {named}"),
            "{changes}"
        );
        assert_eq!(answer.text("receipt_id"), receipt_id);
    }
    assert_eq!(gateway.pg.ledger().await.requests.charge, 1);
    gateway.stop().await;
}

#[tokio::test]
async fn a_cancelled_order_stays_paid_for() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let receipt_id = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    merchant.cancel(&receipt_id, json!({})).await.expect(200);
    let again = merchant.charge(&key, json!({})).await.expect(200);
    assert!(again.is_replayed());
    assert_eq!(
        (again.text("receipt_id"), again.json()["status"].clone()),
        (receipt_id, json!(20))
    );
    assert_eq!(gateway.pg.ledger().await.requests.charge, 1);
    gateway.stop().await;
}

#[tokio::test]
async fn a_debit_outlives_the_client_that_asked_for_it() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    gateway.pg.fault("charge", "slow", 1).await;
    let gone = tokio::time::timeout(Duration::from_millis(100), merchant.charge(&key, json!({}))).await;
    assert!(gone.is_err(), "the client has gone before the answer");
    let again = merchant.charge(&key, json!({})).await.expect(200);
    assert!(again.is_replayed());
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (1, 1));
    gateway.stop().await;
}
