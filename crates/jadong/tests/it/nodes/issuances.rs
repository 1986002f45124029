//! Issuances that one gateway begins and another goes on with.

use serde_json::json;

use super::{ROUNDS, stop, two};
use testkit::both;

#[tokio::test]
async fn what_was_asked_for_here_is_published_there() {
    let (gateway, other) = two().await;
    let receipt_id = gateway.merchant().receipt(json!({})).await;
    let published = other.merchant().publish(&receipt_id).await.expect(200);
    let again = gateway.merchant().publish(&receipt_id).await;
    assert_eq!(again.verdict(), "400 SUBSCRIBE_PUBLISH_NOT_READY");
    let found = gateway
        .merchant()
        .get(&format!("/v2/subscribe/billing_key/{receipt_id}"))
        .await;
    assert_eq!(found.text("billing_key"), published.text("billing_key"));
    assert_eq!(gateway.pg.ledger().await.keys_of(&receipt_id), 1);
    stop(gateway, other).await;
}

#[tokio::test]
async fn two_publishes_are_one_key() {
    let (gateway, other) = two().await;
    let (one, two) = (gateway.merchant(), other.merchant());
    for round in 0..ROUNDS {
        let receipt_id = one.receipt(json!({ "subscription_id": format!("sub_{round}") })).await;
        let publishes = both(round, one.publish(&receipt_id), two.publish(&receipt_id));
        let (first, second) = gateway.while_time_creeps(publishes).await;
        let mut answers = [first, second];
        answers.sort_by_key(|answer| answer.status);
        let [first, second] = &answers;
        assert_eq!(first.status, 200, "{}", first.body);
        match second.verdict().as_str() {
            "200" => assert_eq!(first.text("billing_key"), second.text("billing_key")),
            other => assert_eq!(other, "400 SUBSCRIBE_PUBLISH_NOT_READY"),
        }
        assert_eq!(gateway.pg.ledger().await.keys_of(&receipt_id), 1);
    }
    stop(gateway, other).await;
}

#[tokio::test]
async fn equal_requests_ring_once() {
    let (gateway, other) = two().await;
    let (one, two) = (gateway.merchant(), other.merchant());
    for round in 0..ROUNDS {
        let asked = json!({ "subscription_id": format!("sub_{round}") });
        let requests = both(round, one.ask(asked.clone()), two.ask(asked));
        let (first, second) = gateway.while_time_creeps(requests).await;
        assert_eq!((first.verdict().as_str(), second.verdict().as_str()), ("200", "200"));
        assert_eq!(first.text("receipt_id"), second.text("receipt_id"));
        assert_eq!(gateway.pg.ledger().await.rung(&first.text("receipt_id")), 1);
    }
    stop(gateway, other).await;
}

#[tokio::test]
async fn of_two_different_requests_of_one_subscription_one_is_refused() {
    let (gateway, other) = two().await;
    let (one, two) = (gateway.merchant(), other.merchant());
    for round in 0..ROUNDS {
        let asked = |phone: &str| json!({ "subscription_id": format!("sub_{round}"), "phone": phone });
        let requests = both(round, one.ask(asked("01012345678")), two.ask(asked("01087654321")));
        let (first, second) = gateway.while_time_creeps(requests).await;
        let mut verdicts = [first.verdict(), second.verdict()];
        verdicts.sort();
        assert_eq!(verdicts, ["200", "409 SUBSCRIBE_AT_SUBSCRIPTION_ID_CONFLICT"]);
    }
    assert_eq!(gateway.pg.ledger().await.calls.len() as u64, ROUNDS);
    stop(gateway, other).await;
}
