//! The answer of step 1.

use std::time::Duration;

use serde_json::json;

use testkit::TestGateway;
use testkit::merchant::TRANSFER;
use testkit::{application, with};
use testkit::{assert_answer, assert_answers};

#[tokio::test]
async fn a_customer_who_agrees_makes_it_41() {
    let gateway = TestGateway::start().await;
    let metadata = json!({ "b": 1, "a": { "customer": "c-1" } });
    let answer = gateway
        .merchant()
        .ask(json!({ "metadata": metadata, "subscription_id": 1716848284697_u64 }))
        .await;
    assert_answer!("agreed", answer);
    gateway.stop().await;
}

#[tokio::test]
async fn when_the_hold_ends_first_it_is_41_all_the_same() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let answer = gateway
        .while_time_passes(merchant.ask(json!({ "phone": "01000000007" })))
        .await;
    assert_answer!("waiting", answer);
    gateway.stop().await;
}

#[tokio::test]
async fn it_answers_as_soon_as_the_customer_agrees() {
    let gateway = TestGateway::with(|plan| {
        plan.answer_delay = Duration::from_millis(300);
        plan.consent_hold = Duration::from_secs(3600);
    })
    .await;
    let merchant = gateway.merchant();
    let answer = gateway.while_time_passes(merchant.ask(json!({}))).await.expect(200);
    assert_eq!(answer.header("jadong-consent"), Some("agreed"));
    gateway.stop().await;
}

#[tokio::test]
async fn metadata_comes_back_as_it_was_sent() {
    let gateway = TestGateway::start().await;
    let metadata = r#"{"z":1,"a":"가","n":null,"f":1.50,"l":[1,{"x":{}}],"big":987654321098765432109876543210}"#;
    let body = application().to_string();
    let body = format!(r#"{},"metadata":{metadata}}}"#, body.trim_end_matches('}'));
    let merchant = gateway.merchant();
    let asked = merchant
        .post_text(TRANSFER, Some("application/json"), body)
        .await
        .expect(200);
    let expected = format!(r#""metadata":{metadata},"#);
    assert!(asked.body.contains(&expected), "{}", asked.body);
    let published = merchant.publish(&asked.text("receipt_id")).await.expect(200);
    assert!(published.body.contains(&expected), "{}", published.body);
    gateway.stop().await;
}

#[tokio::test]
async fn a_length_that_the_bank_does_not_use_is_a_notice_and_no_fault() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let usual = merchant.ask(json!({ "subscription_id": "a" })).await.expect(200);
    assert_eq!(usual.header("jadong-notice"), None);
    let odd = json!({ "subscription_id": "b", "bank_account": "67561234123492472" });
    let odd = merchant.ask(odd).await.expect(200);
    assert_eq!(
        odd.header("jadong-notice"),
        Some("004 accounts have 10, 11, 12, 14 digits")
    );
    gateway.stop().await;
}

#[tokio::test]
async fn every_spelling_of_the_path_is_the_same_endpoint() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = merchant.receipt(json!({})).await;
    for path in [
        "/v2/request/subscribe/automatic-transfer.json",
        "/v2//request/subscribe/automatic-transfer",
        "/v2//request/subscribe/automatic-transfer.json",
        "/v2/request/subscribe/automatic-transfer/",
        "/v2/request/subscribe/automatic-transfer?unknown=1",
    ] {
        let answer = merchant.post(path, application()).await.expect(200);
        assert_eq!(answer.text("receipt_id"), receipt_id, "{path}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn the_pg_goes_by_four_names_and_answers_to_one() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for (index, pg) in ["nicepay", "나이스페이", "나이스페이먼츠", "nice", "NICEPAY"]
        .into_iter()
        .enumerate()
    {
        let answer = merchant
            .ask(json!({ "pg": pg, "subscription_id": index }))
            .await
            .expect(200);
        assert_eq!(answer.text("pg"), "나이스페이먼츠", "{pg}");
    }
    let mut refused = Vec::new();
    for pg in ["kcp", "이니시스"] {
        refused.push((pg.to_owned(), merchant.ask(json!({ "pg": pg })).await));
    }
    assert_answers!("unknown_pg", refused);
    gateway.stop().await;
}

#[tokio::test]
async fn a_bank_goes_by_name_alias_and_code() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let banks = [
        json!({ "bank_name": "국민" }),
        json!({ "bank_name": "국민은행" }),
        json!({ "bank_name": "KB국민은행" }),
        json!({ "bank_name": "004" }),
        json!({ "bank_name": 4 }),
        json!({ "bank_name": null, "bank_code": "004" }),
        json!({ "bank_name": "", "bank_code": 4 }),
    ];
    for (index, bank) in banks.into_iter().enumerate() {
        let changes = with(json!({ "subscription_id": format!("bank-{index}") }), bank.clone());
        let (_receipt, key) = merchant.issue(changes).await;
        let key = merchant.get(&format!("/v2/billing_key/{key}")).await.expect(200).json();
        assert_eq!(
            (&key["billing_data"]["bank_code"], &key["billing_data"]["bank_name"]),
            (&json!("004"), &json!("국민")),
            "{bank}"
        );
    }
    gateway.stop().await;
}
