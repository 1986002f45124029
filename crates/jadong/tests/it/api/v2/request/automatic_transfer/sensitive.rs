//! What is stored must not carry what must not be stored.

use serde_json::json;

use testkit::merchant::TRANSFER;
use testkit::{TestGateway, application};

#[tokio::test]
async fn an_account_business_or_telephone_number_in_a_stored_field_is_refused() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let cases = [
        ("order_name", json!({ "order_name": "계좌 12345678901234" })),
        ("order_name", json!({ "order_name": "계좌 123-4567-8901-234" })),
        ("order_name", json!({ "order_name": "010-1234-5678 님" })),
        (
            "order_name",
            json!({ "order_name": "120-81-47521", "identity_no": "1208147521" }),
        ),
        ("subscription_id", json!({ "subscription_id": "sub_12345678901234" })),
        ("subscription_id", json!({ "subscription_id": 12345678901234_u64 })),
        ("subscription_id", json!({ "subscription_id": "01012345678" })),
        ("metadata", json!({ "metadata": { "account": "12345678901234" } })),
        ("metadata", json!({ "metadata": { "account": 12345678901234_u64 } })),
        ("metadata", json!({ "metadata": { "12345678901234": 1 } })),
        (
            "metadata",
            json!({ "metadata": { "deep": [{ "phone": "010.1234.5678" }] } }),
        ),
        ("metadata", json!({ "metadata": { "phone": "+82 10 1234 5678" } })),
        (
            "username",
            json!({ "username": "12345678901234 주식회사 홍길동과 그 친구들" }),
        ),
    ];
    for (field, changes) in cases {
        let answer = merchant.ask(changes.clone()).await;
        assert_eq!(
            answer.verdict(),
            "400 SUBSCRIBE_AT_SENSITIVE_TEXT",
            "{changes} {}",
            answer.body
        );
        assert_eq!(answer.text("field"), field, "{changes}");
    }
    assert_eq!(gateway.pg.ledger().await.requests.start, 0, "nobody was called");
    gateway.stop().await;
}

#[tokio::test]
async fn an_account_number_in_json_escapes_is_found_too() {
    let gateway = TestGateway::start().await;
    let body = application().to_string();
    let escaped: String = "12345678901234"
        .chars()
        .map(|digit| format!("\\u{:04x}", digit as u32))
        .collect();
    let body = format!(
        r#"{},"metadata":{{"account":"{escaped}"}}}}"#,
        body.trim_end_matches('}')
    );
    let answer = gateway
        .merchant()
        .post_text(TRANSFER, Some("application/json"), body)
        .await;
    assert_eq!(answer.verdict(), "400 SUBSCRIBE_AT_SENSITIVE_TEXT");
    assert_eq!(answer.text("field"), "metadata");
    gateway.stop().await;
}

#[tokio::test]
async fn what_only_looks_like_a_number_is_stored() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for (index, changes) in [
        json!({ "order_name": "900101 가입" }),
        json!({ "order_name": "주문 20260101123456" }),
        json!({ "metadata": { "order": 1716848284697_u64, "last4": "5678" } }),
    ]
    .into_iter()
    .enumerate()
    {
        let changes = testkit::with(changes, json!({ "subscription_id": format!("s-{index}") }));
        merchant.ask(changes).await.expect(200);
    }
    gateway.stop().await;
}
