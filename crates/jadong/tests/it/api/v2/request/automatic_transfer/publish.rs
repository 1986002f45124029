//! `POST /v2/request/subscribe/automatic-transfer/publish`

use std::collections::HashSet;

use domain::project::IssuedStatus;
use serde_json::json;

use testkit::merchant::PUBLISH;
use testkit::{Answer, OTHER, TestGateway};
use testkit::{assert_answer, assert_answers};

#[tokio::test]
async fn a_published_receipt_has_its_key() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = merchant.receipt(json!({ "metadata": { "customer": "c-1" } })).await;
    let published = merchant.publish(&receipt_id).await;
    assert_eq!(published.text("receipt_id"), receipt_id);
    assert_answer!("publish__issued", published);
    gateway.stop().await;
}

#[tokio::test]
async fn a_project_set_to_11_gets_11() {
    let gateway = TestGateway::with(|plan| plan.issued_status = IssuedStatus::Recorded).await;
    let merchant = gateway.merchant();
    let receipt_id = merchant.receipt(json!({})).await;
    assert_eq!(
        merchant.publish(&receipt_id).await.expect(200).json()["status"],
        json!(11)
    );
    let looked_up = merchant.get(&format!("/v2/subscribe/billing_key/{receipt_id}")).await;
    assert_eq!(looked_up.json()["status"], json!(11));
    assert_eq!(
        merchant.get(&format!("/v2/receipt/{receipt_id}")).await.json()["status"],
        json!(11)
    );
    gateway.stop().await;
}

#[tokio::test]
async fn a_second_publish_is_refused_with_the_way_to_the_key() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let (receipt_id, key) = merchant.issue(json!({})).await;
    let second = merchant.publish(&receipt_id).await;
    assert_answer!(second, @r#"
    HTTP 400
    content-type: application/json; charset=utf-8

    error_code: "SUBSCRIBE_PUBLISH_NOT_READY"
    message: "빌링키 발급 대기 상태가 아닙니다."
    hint: "이미 발급되었습니다: GET /v2/subscribe/billing_key/{receipt_id} (already issued)"
    "#);
    let looked_up = merchant.get(&format!("/v2/subscribe/billing_key/{receipt_id}")).await;
    assert_eq!(looked_up.text("billing_key"), key);
    gateway.stop().await;
}

#[tokio::test]
async fn a_publish_without_a_receipt_of_this_project_is_refused() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = merchant.receipt(json!({})).await;
    let unknown = json!({ "receipt_id": "66542d4be86c1eedf6b17965" });
    let answers = [
        ("no receipt_id".to_owned(), merchant.post(PUBLISH, json!({})).await),
        (
            "an empty receipt_id".to_owned(),
            merchant.post(PUBLISH, json!({ "receipt_id": {} })).await,
        ),
        ("an unknown receipt".to_owned(), merchant.post(PUBLISH, unknown).await),
        (
            "no id at all".to_owned(),
            merchant.post(PUBLISH, json!({ "receipt_id": "rid" })).await,
        ),
        (
            "another project's receipt".to_owned(),
            gateway.merchant_named(OTHER).publish(&receipt_id).await,
        ),
    ];
    assert_answers!("publish__no_receipt", answers);
    merchant.publish(&receipt_id).await.expect(200);
    gateway.stop().await;
}

#[tokio::test]
async fn what_java_and_csharp_add_to_a_publish_is_ignored() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for (index, added) in [
        json!({ "metadata": {} }),
        json!({ "price": 0.0, "tax_free": 0.0 }),
        json!({ "metadata": { "a": 1 }, "price": 999, "unknown": [null] }),
    ]
    .into_iter()
    .enumerate()
    {
        let receipt_id = merchant.receipt(json!({ "subscription_id": index })).await;
        let body = testkit::with(json!({ "receipt_id": receipt_id }), added);
        let published = merchant.post(PUBLISH, body).await.expect(200);
        assert_eq!(published.json()["metadata"], json!({}));
    }
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_publishes_at_once_one_key_comes() {
    let gateway = TestGateway::start().await;
    for round in 0..5 {
        let receipt_id = gateway.merchant().receipt(json!({ "subscription_id": round })).await;
        let published: Vec<_> = (0..20)
            .map(|_| {
                let (merchant, receipt_id) = (gateway.merchant(), receipt_id.clone());
                tokio::spawn(async move { merchant.publish(&receipt_id).await })
            })
            .collect();
        let mut answers: Vec<Answer> = Vec::new();
        for one in published {
            answers.push(one.await.unwrap());
        }
        let (issued, others): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        let keys: HashSet<_> = issued.iter().map(|answer| answer.text("billing_key")).collect();
        assert_eq!(keys.len(), 1, "{keys:?}");
        let originals = issued.iter().filter(|answer| !answer.is_replayed()).count();
        assert_eq!(originals, 1);
        for other in others {
            assert_eq!(other.verdict(), "400 SUBSCRIBE_PUBLISH_NOT_READY", "{}", other.body);
        }
        assert_eq!(gateway.pg.ledger().await.keys_of(&receipt_id), 1);
    }
    assert_eq!(
        gateway.pg.ledger().await.requests.register,
        5,
        "the PG was asked once a receipt"
    );
    gateway.stop().await;
}

#[tokio::test]
async fn the_pgs_refusal_is_told_in_its_own_words() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let mut answers = Vec::new();
    for code in ["F115", "F117"] {
        gateway.pg.shop(code).await;
        let receipt_id = merchant.receipt(json!({})).await;
        let refused = merchant.publish(&receipt_id).await;
        let again = merchant.publish(&receipt_id).await;
        answers.push((format!("{code}: publish"), refused));
        answers.push((format!("{code}: publish again"), again));
        let receipt = merchant.get(&format!("/v2/receipt/{receipt_id}")).await;
        assert_eq!(receipt.text("status"), "-40", "{code}");
    }
    assert_answers!("publish__refused_by_the_pg", answers);
    gateway.pg.shop("allowed").await;
    merchant.issue(json!({})).await;
    gateway.stop().await;
}
