//! A debit that is taken: the receipt, and what of the request it repeats.

use serde_json::json;

use testkit::assert_answers;
use testkit::{OTHER, TestGateway};

#[tokio::test]
async fn a_debit_is_answered_with_its_receipt_and_taken_once() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let asked = json!({
        "tax_free": 100, "metadata": { "a": 1 }, "items": [{ "id": "1", "name": "구독", "qty": 1, "price": 1000 }],
        "user": { "id": "u1", "phone": "010-1234-5678" }, "card_quota": "00", "extra": {}, "wallet_key": null,
    });
    let paid = merchant.charge(&key, asked).await.expect(200);
    let looked_up = merchant
        .get(&format!("/v2/receipt/{}", paid.text("receipt_id")))
        .await
        .expect(200);
    assert_eq!(looked_up.body, paid.body, "the lookup is the answer again");
    let ledger = gateway.pg.ledger().await;
    assert_eq!(ledger.debited(&paid.text("receipt_id")), (1, 1000));
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (1, 1));
    assert_answers!("paid", [("paid".to_owned(), paid)]);
    gateway.stop().await;
}

#[tokio::test]
async fn numbers_and_texts_are_taken_as_the_sdks_send_them() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for (number, changes) in [
        json!({ "order_id": 1_716_848_284_697_u64, "price": "1000" }),
        json!({ "order_id": "1716792650.95292", "price": 1000.0, "tax_free": "0" }),
        json!({ "order_id": "o3", "tax_free": null, "items": null, "user": {}, "metadata": null, "feedback_url": "" }),
        json!({ "order_id": "o4", "content_type": "", "extra": { "card_quota": "" }, "card_interest": null }),
    ]
    .into_iter()
    .enumerate()
    {
        let paid = merchant.charge(&key, changes.clone()).await;
        assert_eq!(paid.verdict(), "200", "{changes}: {}", paid.body);
        assert_eq!(paid.json()["price"], json!(1000), "{changes}");
        assert_eq!(gateway.pg.ledger().await.debits.len(), number + 1);
    }
    gateway.stop().await;
}

#[tokio::test]
async fn two_projects_may_use_the_same_order_id() {
    let gateway = TestGateway::start().await;
    let mut receipts = Vec::new();
    for merchant in [gateway.merchant(), gateway.merchant_named(OTHER)] {
        let key = merchant.key().await;
        let paid = merchant.charge(&key, json!({})).await.expect(200);
        assert!(!paid.is_replayed());
        receipts.push(paid.text("receipt_id"));
    }
    let ledger = gateway.pg.ledger().await;
    for receipt_id in &receipts {
        assert_eq!(ledger.debited(receipt_id), (1, 1000));
    }
    assert_eq!(ledger.debits.len(), 2);
    gateway.stop().await;
}

#[tokio::test]
async fn lookup_user_data_adds_the_user_without_the_telephone() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let user = json!({ "user": { "id": "u1", "username": "홍길동", "phone": "01012345678", "birth": "900101" } });
    let paid = merchant.charge(&key, user).await.expect(200);
    let path = format!("/v2/receipt/{}", paid.text("receipt_id"));
    let found = merchant.get(&format!("{path}?lookup_user_data=true")).await.expect(200);
    let expected = json!({ "id": "u1", "username": "홍길동", "phone": "010****5678" });
    assert_eq!(found.json()["user"], expected);
    let plain = merchant
        .get(&format!("{path}?lookup_user_data=false"))
        .await
        .expect(200);
    assert_eq!(plain.body, paid.body);
    assert!(plain.json().get("user").is_none());
    gateway.stop().await;
}

#[tokio::test]
async fn a_payments_receipt_is_another_projects_secret_and_no_billing_key_receipt() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let receipt_id = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    let theirs = gateway
        .merchant_named(OTHER)
        .get(&format!("/v2/receipt/{receipt_id}"))
        .await;
    assert_eq!(theirs.verdict(), "404 RC_NOT_FOUND");
    let as_key = merchant.get(&format!("/v2/subscribe/billing_key/{receipt_id}")).await;
    assert_eq!(as_key.verdict(), "400 RC_NOT_SUBSCRIBE");
    assert_eq!(merchant.publish(&receipt_id).await.verdict(), "404 RC_NOT_FOUND");
    gateway.stop().await;
}
