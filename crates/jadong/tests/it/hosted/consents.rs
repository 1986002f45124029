//! Consent is seen by asking for the key: gently while somebody waits, by the publish after that, and what nobody publishes ends.

use std::time::Duration;

use serde_json::json;
use testkit::{Apart, PgUnderTest, TestGateway};

const MINUTE: Duration = Duration::from_secs(60);
/// Who answers only when a test does it.
const BY_HAND: &str = "01000000099";

async fn slow_customer(answers_after: Duration) -> TestGateway {
    TestGateway::with(|plan| {
        plan.pg = PgUnderTest::Hosted;
        plan.answer_delay = answers_after;
        // One that crashes does so on its own.
        plan.apart = Apart::Apart;
    })
    .await
}

#[tokio::test]
async fn whoever_agrees_while_the_request_is_held_is_seen_and_the_key_comes_at_publish() {
    let gateway = slow_customer(Duration::from_secs(3)).await;
    let merchant = gateway.merchant();
    let receipt_id = gateway.while_time_creeps(merchant.receipt(json!({}))).await;
    let published = gateway.while_time_creeps(merchant.publish(&receipt_id)).await;
    let key = published.expect(200).text("billing_key");
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.calls.len(), ledger.keys_of(&receipt_id)), (1, 1));
    gateway.hosted().merchant().charge(&key, json!({})).await.expect(200);
    gateway.stop().await;
}

#[tokio::test]
async fn whoever_agrees_after_that_is_seen_by_the_publish() {
    let gateway = slow_customer(MINUTE).await;
    let merchant = gateway.merchant();
    let receipt_id = gateway.while_time_creeps(merchant.receipt(json!({}))).await;
    let early = gateway.while_time_creeps(merchant.publish(&receipt_id)).await;
    assert_eq!(early.verdict(), "400 SUBSCRIBE_REQUEST_FAILED");
    gateway.pass(2 * MINUTE, Duration::from_secs(1)).await;
    let registered = gateway.pg.ledger().await.requests.register;
    assert_eq!(registered, 0, "nobody waits, and nobody asks");
    let published = gateway.while_time_creeps(merchant.publish(&receipt_id)).await;
    let key = published.expect(200).text("billing_key");
    assert_eq!(gateway.pg.ledger().await.keys_of(&receipt_id), 1);
    merchant.charge(&key, json!({})).await.expect(200);
    gateway.stop().await;
}

/// Twenty at once ask for it, one key comes, and whoever is not told of it is told to look.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_publishes_at_once_one_key_comes() {
    let gateway = slow_customer(MINUTE).await;
    let merchant = gateway.merchant();
    let receipt_id = gateway.while_time_creeps(merchant.receipt(json!({}))).await;
    gateway.pass(2 * MINUTE, Duration::from_secs(1)).await;
    let publishes = (0..20).map(|_| {
        let (merchant, receipt_id) = (merchant.clone(), receipt_id.clone());
        tokio::spawn(async move { merchant.publish(&receipt_id).await })
    });
    let mut keys = Vec::new();
    for publish in publishes.collect::<Vec<_>>() {
        let answer = gateway.while_time_creeps(publish).await.expect("no panic");
        match answer.verdict().as_str() {
            "200" => keys.push(answer.text("billing_key")),
            other => assert_eq!(other, "400 SUBSCRIBE_PUBLISH_NOT_READY", "{:?}", answer.json()),
        }
    }
    keys.dedup();
    assert_eq!((keys.len(), gateway.pg.ledger().await.keys_of(&receipt_id)), (1, 1));
    gateway.stop().await;
}

/// The customer agreed while the request was held, so there is a key there; nobody confirmed it, so there must be none in the end.
#[tokio::test]
async fn a_key_that_nobody_publishes_is_ended() {
    for crash in [false, true] {
        let gateway = slow_customer(Duration::from_secs(3)).await;
        let merchant = gateway.merchant();
        let receipt_id = gateway.while_time_creeps(merchant.receipt(json!({}))).await;
        let keys = gateway.pg.ledger().await.keys;
        assert!(keys.len() == 1 && keys[0].expired_at_ms.is_none(), "{keys:?}");
        let gateway = match crash {
            true => gateway.crash().await.up().await,
            false => gateway,
        };
        gateway.pass(12 * MINUTE, Duration::from_secs(2)).await;
        let ended = gateway
            .eventually(async || gateway.pg.ledger().await.keys[0].expired_at_ms)
            .await;
        assert!(ended > 0);
        let late = gateway.while_time_creeps(gateway.merchant().publish(&receipt_id)).await;
        assert_eq!(late.verdict(), "400 SUBSCRIBE_PUBLISH_NOT_READY", "crash: {crash}");
        gateway.stop().await;
    }
}

#[tokio::test]
async fn whoever_refuses_gives_no_key_and_the_request_says_that_it_is_over() {
    // An answer that is given up on a busy machine would leave the request waiting.
    let gateway = TestGateway::with(|plan| plan.pg = PgUnderTest::Hosted).await;
    let refused = gateway
        .while_time_creeps(gateway.merchant().ask(json!({ "phone": "01000000001" })))
        .await;
    // Here another gateway stands there, and tells why; the hosted API answers before anybody has decided.
    assert_eq!(refused.verdict(), "400 SUBSCRIBE_AT_CONSENT_REFUSED");
    assert!(gateway.pg.ledger().await.keys.is_empty());
    let ringing = gateway
        .while_time_creeps(gateway.merchant().ask(json!({ "phone": BY_HAND })))
        .await;
    assert!(ringing.status == 200 || ringing.status == 400, "{}", ringing.verdict());
    gateway.stop().await;
}
