//! The merchant's own key for a request: longer-lived than the claim on an order id.

use serde_json::json;

use testkit::{OTHER, TestGateway};

#[tokio::test]
async fn the_same_key_and_request_get_the_same_receipt() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let first = merchant.charge_once("k1", &key, json!({})).await.expect(200);
    let again = merchant.charge_once("k1", &key, json!({})).await.expect(200);
    assert!(!first.is_replayed() && again.is_replayed());
    assert_eq!(again.body, first.body);
    assert_eq!(gateway.pg.ledger().await.requests.charge, 1);
    gateway.stop().await;
}

#[tokio::test]
async fn after_a_decline_the_same_key_hears_the_decline_and_a_new_key_is_a_new_attempt() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key_of("0001").await;
    let declined = merchant.charge_once("k1", &key, json!({})).await;
    assert_eq!(declined.verdict(), "400 RC_CONFIRM_FAILED");
    let again = merchant.charge_once("k1", &key, json!({})).await;
    assert_eq!((again.status, &again.body), (declined.status, &declined.body));
    assert_eq!(gateway.pg.ledger().await.requests.charge, 1);
    let new = merchant.charge_once("k2", &key, json!({})).await;
    assert_eq!(new.verdict(), "400 RC_CONFIRM_FAILED");
    assert_ne!(new.text("receipt_id"), declined.text("receipt_id"));
    assert_eq!(gateway.pg.ledger().await.requests.charge, 2);
    gateway.stop().await;
}

#[tokio::test]
async fn the_same_key_for_a_different_request_is_a_conflict() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let receipt_id = merchant
        .charge_once("k1", &key, json!({}))
        .await
        .expect(200)
        .text("receipt_id");
    for changes in [json!({ "order_id": "order_2" }), json!({ "price": 2000 })] {
        let other = merchant.charge_once("k1", &key, changes.clone()).await;
        assert_eq!(other.verdict(), "409 IDEMPOTENCY_KEY_CONFLICT", "{changes}");
        assert_eq!(other.text("receipt_id"), receipt_id, "{changes}");
    }
    assert_eq!(gateway.pg.ledger().await.requests.charge, 1);
    gateway.stop().await;
}

#[tokio::test]
async fn the_order_id_still_holds_when_only_the_key_is_new() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let first = merchant.charge_once("k1", &key, json!({})).await.expect(200);
    let again = merchant.charge_once("k2", &key, json!({})).await.expect(200);
    assert!(again.is_replayed());
    assert_eq!(again.body, first.body);
    let other = merchant.charge_once("k3", &key, json!({ "price": 2000 })).await;
    assert_eq!(other.verdict(), "409 RC_ORDER_ID_CONFLICT");
    assert_eq!(gateway.pg.ledger().await.requests.charge, 1);
    gateway.stop().await;
}

#[tokio::test]
async fn two_projects_may_use_the_same_key() {
    let gateway = TestGateway::start().await;
    for merchant in [gateway.merchant(), gateway.merchant_named(OTHER)] {
        let key = merchant.key().await;
        assert!(
            !merchant
                .charge_once("k1", &key, json!({}))
                .await
                .expect(200)
                .is_replayed()
        );
    }
    assert_eq!(gateway.pg.ledger().await.requests.charge, 2);
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_at_once_with_one_key_are_one_attempt_also_when_it_is_declined() {
    let gateway = TestGateway::start().await;
    let key = gateway.merchant().key_of("0001").await;
    let asked: Vec<_> = (0..20)
        .map(|_| {
            let (merchant, key) = (gateway.merchant(), key.clone());
            tokio::spawn(async move { merchant.charge_once("k1", &key, json!({})).await })
        })
        .collect();
    let mut receipts = std::collections::HashSet::new();
    for one in asked {
        let answer = one.await.unwrap();
        assert_eq!(answer.verdict(), "400 RC_CONFIRM_FAILED", "{}", answer.body);
        receipts.insert(answer.text("receipt_id"));
    }
    assert_eq!((receipts.len(), gateway.pg.ledger().await.requests.charge), (1, 1));
    gateway.stop().await;
}
