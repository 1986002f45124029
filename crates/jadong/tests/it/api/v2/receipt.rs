//! `GET /v2/receipt/{receipt_id}`: a receipt through its life.

use std::time::Duration;

use serde_json::json;

use testkit::assert_answers;
use testkit::{Answer, Merchant, OTHER, TestGateway};

async fn receipt(merchant: &Merchant, receipt_id: &str) -> Answer {
    merchant.get(&format!("/v2/receipt/{receipt_id}")).await
}

#[tokio::test]
async fn a_receipt_tells_its_status_from_the_request_to_the_end_of_the_key() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let mut life = Vec::new();
    let asked = merchant.ask(json!({ "metadata": { "a": 1 } })).await.expect(200);
    let receipt_id = asked.text("receipt_id");
    life.push(("requested".to_owned(), receipt(&merchant, &receipt_id).await));
    assert_eq!(life[0].1.body, asked.body, "at first it is the answer of step 1");
    let key = merchant.publish(&receipt_id).await.expect(200).text("billing_key");
    life.push(("issued".to_owned(), receipt(&merchant, &receipt_id).await));
    merchant
        .delete(&format!("/v2/subscribe/billing_key/{key}"))
        .await
        .expect(200);
    life.push(("destroyed".to_owned(), receipt(&merchant, &receipt_id).await));
    assert_answers!("receipt__life", life);
    gateway.stop().await;
}

#[tokio::test]
async fn a_receipt_without_a_key_says_41_while_it_waits_and_minus_40_when_it_failed() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let waiting = merchant.ask(json!({ "phone": "01000000007", "subscription_id": "waits" }));
    let waiting = gateway.while_time_passes(waiting).await.expect(200).text("receipt_id");
    assert_eq!(receipt(&merchant, &waiting).await.json()["status"], json!(41));
    gateway.pg.answer(&waiting, "refuse").await;
    let failed = gateway
        .eventually(async || {
            let receipt = receipt(&merchant, &waiting).await.json();
            (receipt["status"] != json!(41)).then_some(receipt)
        })
        .await;
    assert_eq!(
        (&failed["status"], &failed["status_locale"]),
        (&json!(-40), &json!("자동결제빌링키발급실패"))
    );

    let expired = merchant.receipt(json!({ "subscription_id": "expires" })).await;
    gateway.clock.advance(Duration::from_secs(600));
    assert_eq!(receipt(&merchant, &expired).await.json()["status"], json!(-40));
    gateway.stop().await;
}

#[tokio::test]
async fn lookup_user_data_changes_nothing() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = merchant.receipt(json!({})).await;
    let plain = receipt(&merchant, &receipt_id).await.expect(200);
    for query in [
        "?lookup_user_data=true",
        "?lookup_user_data=false",
        "?lookup_user_data=",
        "?a=b&a",
    ] {
        let answer = merchant.get(&format!("/v2/receipt/{receipt_id}{query}")).await;
        assert_eq!(answer.body, plain.body, "{query}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn another_projects_receipt_is_as_unknown_as_none() {
    let gateway = TestGateway::start().await;
    let receipt_id = gateway.merchant().receipt(json!({})).await;
    let other = gateway.merchant_named(OTHER);
    let theirs = receipt(&other, &receipt_id).await;
    assert_eq!(theirs.verdict(), "404 RC_NOT_FOUND");
    let unknown = receipt(&other, "66542d4be86c1eedf6b17965").await;
    assert_eq!(theirs.body, unknown.body, "the two must not be told apart");
    gateway.stop().await;
}
