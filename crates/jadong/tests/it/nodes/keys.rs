//! A key that is destroyed on one gateway and used on another.

use serde_json::json;

use super::{ROUNDS, stop, two};
use testkit::both;

#[tokio::test]
async fn nothing_is_debited_after_a_key_was_destroyed_elsewhere() {
    let (gateway, other) = two().await;
    let (one, two) = (gateway.merchant(), other.merchant());
    for round in 0..ROUNDS {
        let key = one.key().await;
        let path = format!("/v2/subscribe/billing_key/{key}");
        let order = json!({ "order_id": format!("order_{round}") });
        let (charged, destroyed) = both(round, two.charge(&key, order), one.delete(&path)).await;
        assert_eq!(destroyed.verdict(), "200");
        let debited = gateway.pg.ledger().await.debited(&charged.text("receipt_id")).0;
        match charged.verdict().as_str() {
            "200" => assert_eq!(debited, 1),
            "400 SUBSCRIBE_BK_EXPIRED" | "400 RC_CONFIRM_FAILED" => assert_eq!(debited, 0),
            other => panic!("{other}: {}", charged.body),
        }
        let late = two.charge(&key, json!({ "order_id": format!("late_{round}") })).await;
        assert_eq!(late.verdict(), "400 SUBSCRIBE_BK_EXPIRED");
    }
    stop(gateway, other).await;
}

#[tokio::test]
async fn a_key_is_destroyed_once() {
    let (gateway, other) = two().await;
    let (one, two) = (gateway.merchant(), other.merchant());
    for round in 0..ROUNDS {
        let path = format!("/v2/subscribe/billing_key/{}", one.key().await);
        let (first, second) = both(round, one.delete(&path), two.delete(&path)).await;
        let mut verdicts = [first.verdict(), second.verdict()];
        verdicts.sort();
        assert_eq!(verdicts, ["200", "400 SUBSCRIBE_BK_EXPIRED"]);
    }
    stop(gateway, other).await;
}
