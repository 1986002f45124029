//! An issuance, from the request to its key.

use std::time::Duration;

use serde_json::json;

use super::ROUNDS;
use testkit::{TestGateway, both};

#[tokio::test]
async fn two_publishes_are_one_key() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for round in 0..ROUNDS {
        let receipt_id = merchant
            .receipt(json!({ "subscription_id": format!("sub_{round}") }))
            .await;
        let (one, other) = both(round, merchant.publish(&receipt_id), merchant.publish(&receipt_id)).await;
        // One that waits for the other gets its key; one that comes after it is told to look it up.
        let mut answers = [one, other];
        answers.sort_by_key(|answer| answer.status);
        let [first, second] = &answers;
        assert_eq!(first.status, 200, "{}", first.body);
        match second.verdict().as_str() {
            "200" => assert_eq!(first.text("billing_key"), second.text("billing_key")),
            other => assert_eq!(other, "400 SUBSCRIBE_PUBLISH_NOT_READY"),
        }
        assert_eq!(gateway.pg.ledger().await.keys_of(&receipt_id), 1);
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_consent_is_published_or_expires() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for round in 0..ROUNDS {
        let receipt_id = merchant
            .receipt(json!({ "subscription_id": format!("sub_{round}") }))
            .await;
        gateway.clock.advance(Duration::from_millis(599_990));
        let expiry = async {
            gateway.clock.advance(Duration::from_secs(20));
            gateway.settle().await;
        };
        let (published, ()) = both(round, merchant.publish(&receipt_id), expiry).await;
        let keys = gateway.pg.ledger().await.keys_of(&receipt_id);
        match published.verdict().as_str() {
            "200" => assert_eq!(keys, 1),
            "400 SUBSCRIBE_PUBLISH_NOT_READY" => assert_eq!(keys, 0),
            other => panic!("{other}: {}", published.body),
        }
        let found = merchant.get(&format!("/v2/subscribe/billing_key/{receipt_id}")).await;
        assert_eq!(found.text("billing_key"), published.text("billing_key"));
    }
    gateway.stop().await;
}

#[tokio::test]
async fn equal_requests_ring_once() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for round in 0..ROUNDS {
        let ask = || merchant.ask(json!({ "subscription_id": format!("sub_{round}") }));
        let (one, other) = both(round, ask(), ask()).await;
        assert_eq!((one.status, other.status), (200, 200));
        assert_eq!(one.text("receipt_id"), other.text("receipt_id"));
        assert_eq!(gateway.pg.ledger().await.rung(&one.text("receipt_id")), 1);
    }
    gateway.stop().await;
}
