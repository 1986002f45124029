//! An id is what was sent, digit by digit, and one in every spelling of Unicode.

use serde_json::json;

use super::JSON;
use testkit::merchant::{CANCEL, PAYMENT, RESERVE, TRANSFER};
use testkit::{Merchant, TestGateway, application};

/// `주문` as Windows types it and as a Mac does.
const NFC: &str = "주문-1";
const NFD: &str = "\u{110c}\u{116e}\u{1106}\u{116e}\u{11ab}-1";

async fn order(merchant: &Merchant, key: &str, id: &str) -> testkit::Answer {
    let body = format!(r#"{{"billing_key":"{key}","order_name":"x","price":1000,"order_id":{id}}}"#);
    merchant.post_text(PAYMENT, JSON, body).await
}

#[tokio::test]
async fn numbers_that_differ_in_one_digit_are_two_orders_and_come_back_as_sent() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let ids = [
        "20261129192200123456",
        "20261129192200123457",
        "1764415320.1234567890123",
        "1764415320.1234567890124",
        "1e3",
        "1000",
        "1000.0",
        "0.1",
        "0.10",
        "-0",
        "123456789012345678901234567890",
    ];
    for (number, id) in ids.into_iter().enumerate() {
        let paid = order(&merchant, &key, id).await.expect(200);
        assert!(!paid.is_replayed(), "{id}");
        assert_eq!(paid.json()["order_id"], json!(id));
        assert_eq!(gateway.pg.ledger().await.requests.charge as usize, number + 1);
        // As a text it is the same id.
        let text = order(&merchant, &key, &format!("\"{id}\"")).await.expect(200);
        assert!(text.is_replayed() && text.body == paid.body, "{id}");
        let found = merchant.get(&format!("/v2/lookup/order/{id}")).await.expect(200);
        assert_eq!(found.body, format!("[{}]", paid.body), "{id}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn reserves_cancels_and_subscriptions_keep_every_digit_too() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let mut reserves = Vec::new();
    for id in ["20261129192200123456", "20261129192200123457"] {
        let body = format!(
            r#"{{"billing_key":"{key}","order_name":"x","price":1000,"order_id":{id},"reserve_execute_at":"2027-01-01T00:00:00+09:00"}}"#
        );
        reserves.push(
            merchant
                .post_text(RESERVE, JSON, body)
                .await
                .expect(200)
                .text("reserve_id"),
        );
    }
    assert_ne!(reserves[0], reserves[1]);

    let receipt_id = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    for (id, sum) in [
        ("20261129192200123456", "100"),
        ("20261129192200123457", "200"),
        ("20261129192200123456", "200"),
    ] {
        let body = format!(r#"{{"receipt_id":"{receipt_id}","cancel_price":100,"cancel_id":{id}}}"#);
        let cancelled = merchant.post_text(CANCEL, JSON, body).await.expect(200);
        assert_eq!(cancelled.text("cancelled_price"), sum);
    }
    assert_eq!(gateway.pg.ledger().await.refunds_of(&receipt_id), [100, 100]);

    let mut issued = Vec::new();
    for id in ["20261129192200123456", "20261129192200123457", "20261129192200123456"] {
        let body = format!(
            r#"{{"pg":"nicepay","order_name":"x","order_id":{id},"price":1000,"identity_no":"01098765432","cash_receipt_type":"소득공제","purchased_at":"2026-01-01T00:00:00+09:00"}}"#
        );
        let receipt = merchant
            .post_text("/v2/request/cash/receipt", JSON, body)
            .await
            .expect(200);
        assert_eq!(receipt.text("order_id"), id);
        issued.push(receipt.text("receipt_id"));
    }
    assert!(issued[0] != issued[1] && issued[0] == issued[2]);

    let mut receipts = Vec::new();
    for id in ["20261129192200123456", "20261129192200123457"] {
        let body = application().to_string().replace("\"transfer_1\"", id);
        let asked = merchant.post_text(TRANSFER, JSON, body).await.expect(200);
        assert_eq!(asked.text("order_id"), id);
        receipts.push(asked.text("receipt_id"));
    }
    assert_ne!(receipts[0], receipts[1]);
    gateway.stop().await;
}

#[tokio::test]
async fn two_spellings_are_one_order_and_each_comes_back_as_it_was_sent() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let paid = merchant
        .charge(&key, json!({ "order_id": NFD, "order_name": "월 구독" }))
        .await
        .expect(200);
    assert_eq!(paid.text("order_id"), NFD);
    let again = merchant
        .charge(&key, json!({ "order_id": NFC, "order_name": "월 구독" }))
        .await
        .expect(200);
    assert!(again.is_replayed());
    assert_eq!(again.body, paid.body);
    for spelling in [NFC, NFD] {
        let path: String = spelling.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let found = merchant.get(&format!("/v2/lookup/order/{path}")).await.expect(200);
        assert_eq!(found.body, format!("[{}]", paid.body));
        let other = merchant
            .charge(&key, json!({ "order_id": spelling, "price": 2000 }))
            .await;
        assert_eq!(other.verdict(), "409 RC_ORDER_ID_CONFLICT");
    }
    assert_eq!(gateway.pg.ledger().await.requests.charge, 1);

    let at = "2027-01-01T00:00:00+09:00";
    let reserve = merchant
        .reserve(&key, json!({ "order_id": "예약", "reserve_execute_at": at }))
        .await
        .expect(200);
    let same = json!({ "order_id": "\u{110b}\u{1168}\u{110b}\u{1163}\u{11a8}", "reserve_execute_at": at });
    let again = merchant.reserve(&key, same).await.expect(200);
    assert_eq!(again.text("reserve_id"), reserve.text("reserve_id"));

    let receipt_id = paid.text("receipt_id");
    let part = merchant
        .cancel(&receipt_id, json!({ "cancel_price": 300, "cancel_id": NFC }))
        .await
        .expect(200);
    let again = merchant
        .cancel(&receipt_id, json!({ "cancel_price": 300, "cancel_id": NFD }))
        .await
        .expect(200);
    assert!(again.is_replayed() && again.text("cancelled_price") == part.text("cancelled_price"));
    gateway.stop().await;
}

#[tokio::test]
async fn a_subscription_and_a_holder_in_any_spelling_are_the_same_request() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let asked = merchant.ask(json!({ "subscription_id": NFD })).await.expect(200);
    assert_eq!(asked.text("order_id"), NFD);
    let again = json!({
        "subscription_id": NFC, "username": "\u{1112}\u{1169}\u{11bc}\u{1100}\u{1175}\u{11af}\u{1103}\u{1169}\u{11bc}",
        "pg": "\u{1102}\u{1161}\u{110b}\u{1175}\u{1109}\u{1173}\u{1111}\u{1166}\u{110b}\u{1175}",
    });
    let again = merchant.ask(again).await.expect(200);
    assert!(again.is_replayed());
    assert_eq!(again.text("receipt_id"), asked.text("receipt_id"));
    gateway.stop().await;
}

#[tokio::test]
async fn nothing_invisible_makes_a_second_id() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let receipt_id = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    for hidden in [
        "\u{200b}",
        "\u{feff}",
        "\u{ad}",
        "\u{202e}",
        "\0",
        "\n",
        "\u{1b}[2J",
        "\u{a0}",
        "\u{fe0f}",
        "\u{3164}",
        "\u{e0041}",
    ] {
        let id = format!("order{hidden}1");
        let at = "2027-01-01T00:00:00+09:00";
        for (answer, field) in [
            (merchant.charge(&key, json!({ "order_id": id })).await, "order_id"),
            (
                merchant
                    .reserve(&key, json!({ "order_id": id, "reserve_execute_at": at }))
                    .await,
                "order_id",
            ),
            (
                merchant
                    .cancel(&receipt_id, json!({ "cancel_price": 100, "cancel_id": id }))
                    .await,
                "cancel_id",
            ),
            (merchant.ask(json!({ "subscription_id": id })).await, "subscription_id"),
            (merchant.ask(json!({ "username": id })).await, "username"),
        ] {
            assert_eq!(answer.verdict(), "400 FIELD_INVALID", "{id:?}");
            assert_eq!(answer.text("field"), field);
            assert!(answer.text("hint").contains("U+"), "{}", answer.body);
        }
    }
    assert_eq!(gateway.pg.ledger().await.requests.charge, 1);
    // A name for people to read keeps its words.
    let named = merchant
        .charge(
            &key,
            json!({ "order_id": "2", "order_name": "월\n구독\u{1b}[2J\u{202e}🧾" }),
        )
        .await
        .expect(200);
    assert_eq!(named.text("order_name"), "월 구독 [2J 🧾");
    gateway.stop().await;
}

#[tokio::test]
async fn an_order_id_may_end_like_a_file() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let plain = merchant.charge(&key, json!({ "order_id": "a" })).await.expect(200);
    let file = merchant.charge(&key, json!({ "order_id": "a.json" })).await.expect(200);
    let found = async |id: &str| merchant.get(&format!("/v2/lookup/order/{id}")).await.expect(200).body;
    assert_eq!(found("a").await, format!("[{}]", plain.body));
    assert_eq!(found("a.json").await, format!("[{}]", file.body));
    assert_eq!(found("a.json.json").await, format!("[{}]", file.body));
    // As one SDK asks for an id that does not end so.
    let other = merchant.charge(&key, json!({ "order_id": "b" })).await.expect(200);
    assert_eq!(found("b.json").await, format!("[{}]", other.body));
    let receipt = merchant
        .get(&format!("/v2/receipt/{}.json", other.text("receipt_id")))
        .await;
    assert_eq!(receipt.expect(200).body, other.body);
    gateway.stop().await;
}
