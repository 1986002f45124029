//! Fields as seven SDKs send them. That two requests mean the same is proved by their identity: the second gets the
//! first one's receipt.

use serde_json::{Value, json};

use testkit::application::without;
use testkit::merchant::TRANSFER;
use testkit::{Merchant, TestGateway, application, with};

const EMPTY: [&str; 4] = ["null", "\"\"", "{}", "[]"];

fn empty() -> impl Iterator<Item = Value> {
    EMPTY.into_iter().map(|text| serde_json::from_str(text).unwrap())
}

async fn assert_same_request(merchant: &Merchant, receipt_id: &str, body: Value) {
    let answer = merchant.post(TRANSFER, body.clone()).await;
    assert_eq!(
        (answer.verdict().as_str(), answer.text("receipt_id").as_str()),
        ("200", receipt_id),
        "{body} {}",
        answer.body
    );
    assert!(answer.is_replayed(), "{body}");
}

#[tokio::test]
async fn an_empty_optional_field_is_not_given() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = merchant.receipt(json!({})).await;
    let optional = [
        "auth_type",
        "bank_code",
        "price",
        "tax_free",
        "cash_receipt_type",
        "cash_receipt_identity_no",
        "method",
        "user",
        "extra",
        "metadata",
    ];
    for field in optional {
        for value in empty().chain([json!(0)]) {
            let body = with(application(), json!({ field: value }));
            assert_same_request(&merchant, &receipt_id, body).await;
        }
    }
    assert_same_request(&merchant, &receipt_id, without(application(), "auth_type")).await;
    gateway.stop().await;
}

#[tokio::test]
async fn an_empty_required_field_is_missing() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let required = [
        ("pg", "RC_PG_NOT_FOUND"),
        ("order_name", "SUBSCRIBE_AT_ORDER_NAME_BLANK"),
        ("subscription_id", "SUBSCRIBE_AT_SUBSCRIPTION_ID_BLANK"),
        ("username", "SUBSCRIBE_AT_USERNAME_BLANK"),
        ("bank_name", "SUBSCRIBE_AT_BANK_CODE_BLANK"),
        ("bank_account", "SUBSCRIBE_AT_BANK_ACCOUNT_BLANK"),
        ("identity_no", "SUBSCRIBE_AT_IDENTITY_NO_BLANK"),
        ("phone", "SUBSCRIBE_AT_PHONE_BLANK"),
    ];
    for (field, code) in required {
        let absent = merchant.post(TRANSFER, without(application(), field)).await;
        assert_eq!(absent.verdict(), format!("400 {code}"), "{field}");
        for value in empty() {
            let answer = merchant.ask(json!({ field: value })).await;
            assert_eq!(answer.body, absent.body, "{field}: {value}");
        }
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_number_is_as_good_as_its_text() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let texts = json!({
        "order_name": "7", "subscription_id": "1716848284697", "username": "7", "bank_code": "4",
        "bank_account": "12345678901234", "identity_no": "900101", "price": "1000", "tax_free": "100",
        "cash_receipt_type": "1", "cash_receipt_identity_no": "1012341234",
    });
    let receipt_id = merchant.receipt(texts.clone()).await;
    let numbers = json!({
        "order_name": 7, "subscription_id": 1716848284697_u64, "username": 7, "bank_code": 4,
        "bank_account": 12345678901234_u64, "identity_no": 900101, "price": 1000, "tax_free": 100,
        "cash_receipt_type": 1, "cash_receipt_identity_no": 1012341234,
    });
    for (field, number) in numbers.as_object().unwrap() {
        let changes = with(texts.clone(), json!({ field: number }));
        assert_same_request(&merchant, &receipt_id, with(application(), changes)).await;
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_price_may_have_a_fraction_of_nothing() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let first = merchant.ask(json!({ "price": 1000 })).await.expect(200);
    assert_eq!(first.json()["price"], json!(1000));
    for price in ["1000.0", "1000.00", "\"1000\"", "\"1000.0\"", "1e3"] {
        let body = without(application(), "price").to_string();
        let body = format!(r#"{},"price":{price}}}"#, body.trim_end_matches('}'));
        let answer = merchant
            .post_text(TRANSFER, Some("application/json"), body)
            .await
            .expect(200);
        assert_eq!(answer.text("receipt_id"), first.text("receipt_id"), "{price}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn separators_and_surrounding_spaces_do_not_count() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = merchant.receipt(json!({})).await;
    for changes in [
        json!({ "bank_account": "123456-78-901234" }),
        json!({ "bank_account": " 1234 5678 901234 " }),
        json!({ "phone": "010-1234-5678" }),
        json!({ "phone": "+82 10-1234-5678" }),
        json!({ "identity_no": "90-01-01" }),
        json!({ "username": " 홍길동 ", "order_name": " 자동이체 등록 ", "subscription_id": "transfer_1 " }),
    ] {
        assert_same_request(&merchant, &receipt_id, with(application(), changes)).await;
    }
    gateway.stop().await;
}

#[tokio::test]
async fn unknown_fields_are_ignored_whatever_they_hold() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = merchant.receipt(json!({})).await;
    let unknown = json!({
        "reserve_execute_at": "2026-01-01 00:00:00 UTC", "card_no": "", "items": [{ "id": 1, "qty": 2.5 }],
        "user": { "id": "", "username": "u", "gender": -1 }, "extra": { "a": [null] }, "": 0,
    });
    assert_same_request(&merchant, &receipt_id, with(application(), unknown)).await;
    gateway.stop().await;
}
