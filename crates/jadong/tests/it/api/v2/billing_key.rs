//! `GET /v2/billing_key/{billing_key}`: a key by itself.

use serde_json::json;

use testkit::{OTHER, TestGateway};
use testkit::{assert_answer, assert_answers};

#[tokio::test]
async fn a_key_is_found_by_itself_in_a_shape_of_its_own() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let (_receipt_id, key) = merchant.issue(json!({})).await;
    assert_answer!(merchant.get(&format!("/v2/billing_key/{key}")).await, @r#"
    HTTP 200
    content-type: application/json; charset=utf-8

    billing_key: "[id]"
    pg: "나이스페이먼츠"
    method: "계좌자동이체"
    method_symbol: "automatic_transfer_rest"
    billing_data: {"bank_name": "국민", "bank_code": "004", "bank_account": "123456789*****", "username": "홍길*"}
    version: 2
    sandbox: 1
    expire_at: "[date]"
    published_at: "[date]"
    status: 1
    "#);
    gateway.stop().await;
}

#[tokio::test]
async fn a_destroyed_key_is_still_found_and_says_so() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let (_receipt_id, key) = merchant.issue(json!({})).await;
    merchant
        .delete(&format!("/v2/subscribe/billing_key/{key}"))
        .await
        .expect(200);
    let found = merchant.get(&format!("/v2/billing_key/{key}")).await;
    assert_answer!(found, @r#"
    HTTP 200
    content-type: application/json; charset=utf-8

    billing_key: "[id]"
    pg: "나이스페이먼츠"
    method: "계좌자동이체"
    method_symbol: "automatic_transfer_rest"
    billing_data: {"bank_name": "국민", "bank_code": "004", "bank_account": "123456789*****", "username": "홍길*"}
    version: 2
    sandbox: 1
    expire_at: "[date]"
    published_at: "[date]"
    status: -11
    "#);
    gateway.stop().await;
}

#[tokio::test]
async fn what_is_no_key_of_this_project_is_not_found() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let (receipt_id, key) = merchant.issue(json!({})).await;
    let answers = [
        ("no id".to_owned(), merchant.get("/v2/billing_key/bk").await),
        (
            "an unknown key".to_owned(),
            merchant.get("/v2/billing_key/66542dfb4d18d5fc7b43e1b6").await,
        ),
        (
            "a receipt".to_owned(),
            merchant.get(&format!("/v2/billing_key/{receipt_id}")).await,
        ),
        (
            "in capitals".to_owned(),
            merchant.get(&format!("/v2/billing_key/{}", key.to_uppercase())).await,
        ),
        (
            "another project's key".to_owned(),
            gateway
                .merchant_named(OTHER)
                .get(&format!("/v2/billing_key/{key}"))
                .await,
        ),
        (
            "no text at all".to_owned(),
            merchant.get("/v2/billing_key/%FF%FE").await,
        ),
    ];
    assert_answers!("billing_key__not_found", answers);
    gateway.stop().await;
}
