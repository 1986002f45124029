//! A destroyed key leaves its reserves, which then fail; unless it is asked to take them along.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use testkit::{Answer, Merchant, TestGateway};

async fn three(merchant: &Merchant, key: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..3 {
        let asked = json!({ "order_id": format!("{key}_{number}"), "reserve_execute_at": "2026-01-02T04:04:05+09:00" });
        ids.push(merchant.reserve(key, asked).await.expect(200).text("reserve_id"));
    }
    ids
}

async fn statuses(merchant: &Merchant, ids: &[String]) -> Vec<Value> {
    let mut statuses = Vec::new();
    for id in ids {
        statuses.push(merchant.reserved(id).await["status"].clone());
    }
    statuses
}

#[tokio::test]
async fn the_reserves_of_a_destroyed_key_wait_on_and_fail_when_their_time_comes() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let ids = three(&merchant, &key).await;
    merchant
        .delete(&format!("/v2/subscribe/billing_key/{key}"))
        .await
        .expect(200);
    assert_eq!(statuses(&merchant, &ids).await, [0, 0, 0].map(Value::from));
    gateway.clock.advance(Duration::from_secs(3601));
    gateway
        .eventually(async || (statuses(&merchant, &ids).await == [-1, -1, -1].map(Value::from)).then_some(()))
        .await;
    assert!(merchant.reserved(&ids[0]).await.get("receipt_id").is_none());
    assert_eq!(gateway.pg.ledger().await.requests.charge, 0);
    // Their orders are free for another key.
    let other = merchant.key().await;
    merchant
        .charge(&other, json!({ "order_id": format!("{key}_0") }))
        .await
        .expect(200);
    gateway.stop().await;
}

#[tokio::test]
async fn cancel_reserves_revokes_them_with_the_key_by_query_or_by_body() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let kept = merchant.key().await;
    let kept_ids = three(&merchant, &kept).await;
    for (query, body, revoked) in [
        ("?cancel_reserves=true", "", true),
        ("", r#"{"cancel_reserves":true}"#, true),
        ("", r#"{"cancel_reserves":"true"}"#, true),
        ("?cancel_reserves=false", "", false),
        ("?cancel_reserves=", "{}", false),
        ("", r#"{"cancel_reserves":false}"#, false),
        ("", r#"{"cancel_reserves":null}"#, false),
    ] {
        let key = merchant.key().await;
        let ids = three(&merchant, &key).await;
        let path = format!("/v2/subscribe/billing_key/{key}{query}");
        let destroyed = Answer::to(merchant.request(Method::DELETE, &path).body(body))
            .await
            .expect(200);
        assert_eq!(destroyed.body, format!(r#"{{"billing_key":"{key}"}}"#));
        let status = if revoked { 3 } else { 0 };
        assert_eq!(
            statuses(&merchant, &ids).await,
            [status; 3].map(Value::from),
            "{query} {body}"
        );
    }
    assert_eq!(
        statuses(&merchant, &kept_ids).await,
        [0, 0, 0].map(Value::from),
        "another key's are its own"
    );
    gateway.stop().await;
}

#[tokio::test]
async fn a_key_that_is_dead_already_takes_no_reserves_along() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let ids = three(&merchant, &key).await;
    let path = format!("/v2/subscribe/billing_key/{key}");
    merchant.delete(&path).await.expect(200);
    let again = merchant.delete(&format!("{path}?cancel_reserves=true")).await;
    assert_eq!(again.verdict(), "400 SUBSCRIBE_BK_EXPIRED");
    assert_eq!(statuses(&merchant, &ids).await, [0, 0, 0].map(Value::from));
    gateway.stop().await;
}
