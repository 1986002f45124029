//! What is kept of a person, and numbers that are written so that nobody should notice.

use serde_json::{Value, json};

use testkit::TestGateway;

#[tokio::test]
async fn of_a_user_only_texts_and_numbers_are_kept_and_masked() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for (number, (sent, kept)) in [
        (
            json!({ "phone": 821079318264_u64, "id": 1079318264, "username": ["홍길동", "73916408257731"], "email": { "a": "01079318264" } }),
            json!({ "id": "******", "phone": "821*****8264" }),
        ),
        (json!({ "phone": "793-1826", "gender": 1 }), json!({ "gender": 1, "phone": "793***6" })),
        (json!({ "username": "홍길동 7391", "area": "서울" }), json!({ "area": "서울", "username": "홍길동 ****" })),
        (json!({ "phone": "０１０／７９３１／８２６４", "birth": "900101" }), json!({ "phone": "010****8264" })),
        (json!({ "id": "u-010\u{200b}7931\u{200b}8264", "addr": "x" }), json!({ "id": "u-******" })),
    ]
    .into_iter()
    .enumerate()
    {
        let paid = merchant.charge(&key, json!({ "order_id": number.to_string(), "user": sent })).await.expect(200);
        let found = merchant.get(&format!("/v2/receipt/{}?lookup_user_data=true", paid.text("receipt_id"))).await.expect(200);
        let mut user: Value = found.json()["user"].clone();
        if let Value::Object(members) = &mut user {
            members.retain(|_, value| !value.is_null() && *value != "");
        }
        assert_eq!(user, kept, "{}", found.body);
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_number_of_the_customer_is_found_however_it_is_written() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for text in [
        "010/1234/5678",
        "010_1234_5678",
        "０１０１２３４５６７８",
        "010\u{a0}1234\u{a0}5678",
        "+82)10-1234-5678",
        "123456-789-01234",
        "1234.5678.9012.34",
        "１２３４５６７８９０１２３４",
        "010~1234~5678",
    ] {
        for (changes, field) in [
            (json!({ "order_name": text }), "order_name"),
            (json!({ "metadata": { "note": text } }), "metadata"),
            (json!({ "metadata": { text: 1 } }), "metadata"),
        ] {
            let refused = merchant.ask(changes).await;
            assert_eq!(
                refused.verdict(),
                "400 SUBSCRIBE_AT_SENSITIVE_TEXT",
                "{text}: {}",
                refused.body
            );
            assert_eq!(refused.text("field"), field);
            assert!(!refused.body.contains("5678"), "{}", refused.body);
        }
    }
    gateway.stop().await;
}

#[tokio::test]
async fn ids_and_addresses_carry_no_number_of_a_person() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let receipt_id = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    for number in [
        "01012345678",
        "010-1234-5678",
        "010_1234_5678",
        "０１０／１２３４／５６７８",
        "900101-1234567",
    ] {
        let url = format!("https://shop.example/hook?p={number}");
        let resend = json!({ "receipt_id": receipt_id, "webhook_url": url });
        for (answer, field) in [
            (merchant.charge(&key, json!({ "order_id": number })).await, "order_id"),
            (
                merchant
                    .charge(&key, json!({ "order_id": "2", "feedback_url": url }))
                    .await,
                "feedback_url",
            ),
            (
                merchant
                    .cancel(&receipt_id, json!({ "cancel_price": 1, "cancel_id": number }))
                    .await,
                "cancel_id",
            ),
            (merchant.post("/v2/request/webhook", resend).await, "webhook_url"),
        ] {
            assert_eq!(
                answer.verdict(),
                "400 SUBSCRIBE_AT_SENSITIVE_TEXT",
                "{number}: {}",
                answer.body
            );
            assert_eq!(answer.text("field"), field);
        }
    }
    let long = merchant
        .cancel(&receipt_id, json!({ "cancel_price": 1, "cancel_id": "c".repeat(256) }))
        .await;
    assert_eq!(
        (long.verdict().as_str(), long.text("field").as_str()),
        ("400 FIELD_INVALID", "cancel_id")
    );
    assert_eq!(gateway.pg.ledger().await.requests.cancel, 0);
    gateway.stop().await;
}
