//! A payment's cash receipt is told wherever the payment is, and what a cancel of the payment does to it.

use serde_json::{Value, json};

use super::{NUMBER, cash, paid, publish};
use testkit::TestGateway;

/// The first payment's receipt says the same in publish, in both look-ups, and by order.
#[tokio::test]
async fn a_first_payment_has_its_cash_receipt_in_every_answer() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let asked = json!({ "subscription_id": "first", "price": 1000, "cash_receipt_type": 1, "cash_receipt_identity_no": NUMBER });
    let asked = merchant.ask(asked).await.expect(200).text("receipt_id");
    let published = merchant.publish(&asked).await.expect(200).json();
    let receipt = &published["receipt_data"];
    let data = &receipt["cash_receipt_data"];
    assert_eq!(
        (&data["status"], &data["cash_receipt_type"]),
        (&json!(60), &json!(1)),
        "{receipt}"
    );
    let id = receipt["receipt_id"].as_str().expect("an id");
    let of_key = merchant.get(&format!("/v2/subscribe/billing_key/{asked}")).await.json();
    let by_id = merchant.get(&format!("/v2/receipt/{id}")).await.json();
    let by_order = merchant.get("/v2/lookup/order/first").await.json();
    assert_eq!([&of_key["receipt_data"], &by_id, &by_order[0]], [receipt; 3]);
    merchant.cancel(id, json!({})).await.expect(200);
    let of_key = merchant.get(&format!("/v2/subscribe/billing_key/{asked}")).await.json();
    assert_eq!(of_key["receipt_data"]["cash_receipt_data"]["status"], json!(61));
    gateway.stop().await;
}

/// A receipt that the merchant asked for is the merchant's to cancel; that it still stands is said.
#[tokio::test]
async fn a_cancel_leaves_a_receipt_that_was_asked_for_and_says_so() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = paid(&merchant).await;
    publish(&merchant, &receipt_id, json!({})).await.expect(200);
    let part = merchant
        .cancel(&receipt_id, json!({ "cancel_price": 400 }))
        .await
        .expect(200);
    assert_eq!(cash(&part).0, 60);
    let notice = part.header("jadong-notice").unwrap_or_default().to_owned();
    assert!(notice.contains("1000 won") && notice.contains("600 won"), "{notice}");
    let whole = merchant.cancel(&receipt_id, json!({})).await.expect(200);
    assert_eq!((cash(&whole).0, whole.text("status")), (60, "20".to_owned()));
    let notice = whole.header("jadong-notice").unwrap_or_default().to_owned();
    let path = notice.split("DELETE ").nth(1).unwrap_or_default();
    let cancelled = merchant.delete(path).await.expect(200);
    assert_eq!(cash(&cancelled).0, 61, "what the notice names can be sent");
    let receipts = gateway.pg.ledger().await.receipts;
    assert!(receipts.iter().all(|receipt| receipt.cancelled_at_ms.is_some()));
    gateway.stop().await;
}

/// After a partial cancel a new one is for what is left, and no notice is needed.
#[tokio::test]
async fn one_that_is_asked_for_after_a_partial_cancel_is_for_the_rest() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = paid(&merchant).await;
    merchant
        .cancel(&receipt_id, json!({ "cancel_price": 400 }))
        .await
        .expect(200);
    publish(&merchant, &receipt_id, json!({})).await.expect(200);
    let amounts: Vec<_> = gateway
        .pg
        .ledger()
        .await
        .receipts
        .iter()
        .map(|receipt| receipt.amount)
        .collect();
    assert_eq!(amounts, [600]);
    let more = merchant
        .cancel(&receipt_id, json!({ "cancel_price": 100 }))
        .await
        .expect(200);
    assert!(
        more.header("jadong-notice")
            .is_some_and(|notice| notice.contains("500 won"))
    );
    let seen: Value = merchant.get(&format!("/v2/receipt/{receipt_id}")).await.json();
    assert_eq!(seen["cash_receipt_data"]["status"], json!(60));
    gateway.stop().await;
}
