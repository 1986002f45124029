//! An amount under another name is never "all of it", and a price is exact or refused.

use serde_json::json;

use super::JSON;
use testkit::merchant::{CANCEL, PAYMENT, RESERVE};
use testkit::{TestGateway, with};

#[tokio::test]
async fn an_amount_under_any_other_name_gives_nothing_back() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let receipt_id = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    for (members, place) in [
        (r#""cancelAmount":100"#, "cancelAmount"),
        (r#""cancelAmt":"100""#, "cancelAmt"),
        (r#""refundAmount":100.0"#, "refundAmount"),
        (r#""cancel-price":100"#, "cancel-price"),
        (r#""취소금액":"1,00원""#, "취소금액"),
        (r#""\ucde8\uc18c\uae08\uc561":100"#, "취소금액"),
        (r#""a\/b":"x","amount":100"#, "amount"),
        (r#""amount":100,"\uba54\ubaa8":"x""#, "amount"),
        (r#""cancel":{"cancel_price":100}"#, "cancel.cancel_price"),
        (r#""refund":{"bank_code":"004","price":100}"#, "refund.price"),
        (r#""items":[{"qty":1,"price":100}]"#, "items.price"),
        (r#""how_much":100"#, "how_much"),
        (r#""partial":"100""#, "partial"),
        (r#""cancel_price":0,"price":1000"#, "price"),
        (r#""cancel_price":"0.0","환불액":1000"#, "환불액"),
    ] {
        let body = format!("{{\"receipt_id\":\"{receipt_id}\",{members}}}");
        let refused = merchant.post_text(CANCEL, JSON, body).await;
        assert_eq!(
            refused.verdict(),
            "400 RC_CANCEL_PRICE_INVALID",
            "{members}: {}",
            refused.body
        );
        assert_eq!(refused.text("field"), "cancel_price");
        assert_eq!(refused.text("hint"), format!("{place} → cancel_price"));
    }
    for query in ["cancel_price=100", "amount=100", "%EA%B8%88%EC%95%A1=100"] {
        let refused = merchant
            .post(&format!("{CANCEL}?{query}"), json!({ "receipt_id": receipt_id }))
            .await;
        assert_eq!(refused.verdict(), "400 RC_CANCEL_PRICE_INVALID", "{query}");
    }
    for name in ["tax_free", "cancelTaxFree", "면세금액"] {
        let refused = merchant
            .cancel(&receipt_id, json!({ "cancel_price": 100, name: 100 }))
            .await;
        assert_eq!(
            refused.text("hint"),
            format!("{name} → cancel_tax_free"),
            "{}",
            refused.body
        );
    }
    assert!(gateway.pg.ledger().await.refunds_of(&receipt_id).is_empty());
    gateway.stop().await;
}

#[tokio::test]
async fn a_body_that_cannot_be_read_to_its_end_gives_nothing_back() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let receipt_id = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for stray in ["1e999", r#""\ud800""#, deep.as_str(), r#"{"a":1,"a":2}"#, "nul", "01"] {
        for body in [
            format!("{{\"receipt_id\":\"{receipt_id}\",\"amount\":100,\"x\":{stray}}}"),
            format!("{{\"receipt_id\":\"{receipt_id}\",\"metadata\":{{\"x\":{stray}}}}}"),
        ] {
            let refused = merchant.post_text(CANCEL, JSON, body).await;
            assert_eq!(refused.status, 400, "{stray}: {}", refused.body);
        }
    }
    let twice = format!(r#"{{"receipt_id":"{receipt_id}","amount":100,"amount":null}}"#);
    assert_eq!(
        merchant.post_text(CANCEL, JSON, twice).await.verdict(),
        "400 BODY_NOT_JSON"
    );
    assert!(gateway.pg.ledger().await.refunds_of(&receipt_id).is_empty());
    gateway.stop().await;
}

#[tokio::test]
async fn what_is_no_amount_of_the_payment_is_let_be() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for (number, members) in [
        r#""user_id":45,"phone":"0042","qty":300,"수량":12,"주문번호":"900","retry":15,"year":900"#,
        r#""metadata":{"total":500,"note":"x"},"extra":{"card_quota":"00","raw_data":0},"user":{"phone":"500"}"#,
        r#""ticket":4711,"flag":1,"reason":"변심","amount":"","price":null,"cancelAmount":{}"#,
        r#""refund":{"bank_account":"123456","bank_username":"n","bank_code":"004"},"items":null,"metadata":{}"#,
    ]
    .into_iter()
    .enumerate()
    {
        let paid = merchant
            .charge(&key, json!({ "order_id": number.to_string() }))
            .await
            .expect(200);
        let body = format!("{{\"receipt_id\":\"{}\",{members}}}", paid.text("receipt_id"));
        let cancelled = merchant.post_text(CANCEL, JSON, body).await.expect(200);
        assert_eq!(cancelled.text("cancelled_price"), "1000", "{members}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_charge_and_a_reserve_say_which_field_was_meant() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for path in [PAYMENT, RESERVE] {
        let body = json!({ "billing_key": key, "order_name": "x", "order_id": "1", "reserve_execute_at": "2027-01-01T00:00:00+09:00" });
        for (name, field) in [
            ("amount", "price"),
            ("totalPrice", "price"),
            ("금액", "price"),
            ("결제_금액", "price"),
            ("amt", "price"),
            ("prcie", "price"),
        ] {
            let refused = merchant.post(path, with(body.clone(), json!({ name: 1000 }))).await;
            assert_eq!(refused.verdict(), "400 RC_PRICE_INVALID", "{path} {name}");
            assert_eq!(
                (refused.text("field").as_str(), refused.text("hint")),
                (field, format!("{name} → {field}"))
            );
        }
        for name in ["taxFree", "tax-free", "면세금액", "비과세"] {
            let refused = merchant
                .post(path, with(body.clone(), json!({ "price": 1000, name: 500 })))
                .await;
            assert_eq!(
                refused.verdict(),
                "400 RC_PRICE_INVALID",
                "{path} {name}: {}",
                refused.body
            );
            assert_eq!(refused.text("hint"), format!("{name} → tax_free"));
        }
    }
    let asked = merchant.ask(json!({ "amount": 1000 })).await;
    assert_eq!(asked.text("hint"), "amount → price", "{}", asked.body);
    assert_eq!(gateway.pg.ledger().await.requests.charge, 0);
    gateway.stop().await;
}

#[tokio::test]
async fn a_price_is_exact_or_refused() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let charge = async |id: usize, price: &str| {
        let body = format!(r#"{{"billing_key":"{key}","order_name":"x","order_id":"{id}","price":{price}}}"#);
        merchant.post_text(PAYMENT, JSON, body).await
    };
    for (id, price) in ["1000", "1000.0", "\"1000\"", "1e3", "1.0E+3", "\"1000.00\""]
        .into_iter()
        .enumerate()
    {
        let paid = charge(id, price).await.expect(200);
        assert_eq!(paid.json()["price"], json!(1000), "{price}");
    }
    for price in [
        "999.9999999999999999",
        "1000.00000000000000001",
        "0.9999999999999999",
        "1e-1",
        "-0",
        "-1000",
        "\"+1000\"",
        "\"0x10\"",
        "\"１０００\"",
        "\"1,000\"",
        "\"1000원\"",
        "\"1 000\"",
        "1e13",
        "true",
    ] {
        let refused = charge(99, price).await;
        assert_eq!(refused.status, 400, "{price}");
        assert_eq!(refused.text("field"), "price", "{price}: {}", refused.body);
    }
    assert_eq!(charge(99, "1e999").await.verdict(), "400 BODY_NOT_JSON");
    assert_eq!(gateway.pg.ledger().await.requests.charge, 6);
    gateway.stop().await;
}
