//! The cash receipt of a payment.

use serde_json::json;

use super::{NUMBER, alone, cancel_path, cash, paid, publish};
use testkit::{OTHER, TestGateway};

#[tokio::test]
async fn a_paid_payment_gets_one_cash_receipt_and_gives_it_back() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = paid(&merchant).await;
    let issued = publish(&merchant, &receipt_id, json!({})).await.expect(200);
    assert_eq!(cash(&issued), (60, 1));
    assert_eq!((issued.text("status"), issued.is_replayed()), ("1".to_owned(), false));
    let again = publish(&merchant, &receipt_id, json!({ "identity_no": NUMBER }))
        .await
        .expect(200);
    assert_eq!((again.body.clone(), again.is_replayed()), (issued.body.clone(), true));
    let different = publish(&merchant, &receipt_id, json!({ "cash_receipt_type": "지출증빙" })).await;
    assert_eq!(different.verdict(), "409 RC_CASH_RECEIPT_CONFLICT");
    assert_eq!(
        merchant.get(&format!("/v2/receipt/{receipt_id}")).await.body,
        issued.body
    );

    let query = "?receipt_id=rid&cancel_username=u&cancel_message=%EC%B7%A8%EC%86%8C";
    let cancelled = merchant
        .delete(&format!("{}{query}", cancel_path(&receipt_id)))
        .await
        .expect(200);
    assert_eq!(cash(&cancelled).0, 61);
    assert_eq!(cancelled.text("status"), "1", "the payment is as it was");
    let again = merchant.delete(&cancel_path(&receipt_id)).await.expect(200);
    assert!(again.is_replayed());
    let receipts = gateway.pg.ledger().await.receipts;
    assert_eq!(receipts.len(), 1);
    assert!(receipts[0].cancelled_at_ms.is_some() && receipts[0].amount == 1000);

    // A cancelled one makes room for another.
    let company = json!({ "cash_receipt_type": 2, "identity_no": "120-81-47521" });
    let other = publish(&merchant, &receipt_id, company).await.expect(200);
    assert_eq!(cash(&other), (60, 2));
    gateway.stop().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_said() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = paid(&merchant).await;
    for (changes, verdict, field) in [
        (
            json!({ "receipt_id": "" }),
            "400 SUBSCRIBE_RECEIPT_ID_BLANK",
            "receipt_id",
        ),
        (json!({ "receipt_id": "rid" }), "404 RC_NOT_FOUND", "receipt_id"),
        (json!({ "identity_no": null }), "400 FIELD_INVALID", "identity_no"),
        (json!({ "identity_no": "010" }), "400 FIELD_INVALID", "identity_no"),
        (
            json!({ "identity_no": "900101-1234567" }),
            "400 SUBSCRIBE_AT_RESIDENT_NUMBER_REFUSED",
            "identity_no",
        ),
        (
            json!({ "cash_receipt_type": "" }),
            "400 FIELD_INVALID",
            "cash_receipt_type",
        ),
        (
            json!({ "cash_receipt_type": "영수증" }),
            "400 FIELD_INVALID",
            "cash_receipt_type",
        ),
        (json!({ "currency": "USD" }), "400 FIELD_INVALID", "currency"),
    ] {
        let answer = publish(&merchant, &receipt_id, changes.clone()).await;
        assert_eq!(
            (answer.verdict().as_str(), answer.text("field").as_str()),
            (verdict, field),
            "{changes}"
        );
    }
    for (changes, verdict, field) in [
        (json!({ "pg": "toss" }), "400 RC_PG_NOT_FOUND", "pg"),
        (json!({ "order_name": "" }), "400 RC_ORDER_NAME_BLANK", "order_name"),
        (json!({ "price": 0 }), "400 RC_PRICE_INVALID", "price"),
        (json!({ "tax_free": 5001 }), "400 RC_PRICE_INVALID", "tax_free"),
        (json!({ "order_id": null }), "400 RC_ORDER_ID_BLANK", "order_id"),
        (
            json!({ "purchased_at": "yesterday" }),
            "400 FIELD_INVALID",
            "purchased_at",
        ),
        (json!({ "metadata": [1] }), "400 FIELD_INVALID", "metadata"),
        (
            json!({ "order_name": "010-9876-5432 님" }),
            "400 SUBSCRIBE_AT_SENSITIVE_TEXT",
            "order_name",
        ),
        (
            json!({ "metadata": { "no": NUMBER } }),
            "400 SUBSCRIBE_AT_SENSITIVE_TEXT",
            "metadata",
        ),
        (
            json!({ "identity_no": "9001011234567" }),
            "400 SUBSCRIBE_AT_RESIDENT_NUMBER_REFUSED",
            "identity_no",
        ),
    ] {
        let answer = alone(&merchant, changes.clone()).await;
        assert_eq!(
            (answer.verdict().as_str(), answer.text("field").as_str()),
            (verdict, field),
            "{changes}"
        );
    }
    let theirs = publish(&gateway.merchant_named(OTHER), &receipt_id, json!({})).await;
    assert_eq!(theirs.verdict(), "404 RC_NOT_FOUND");
    let none = merchant.delete(&cancel_path(&receipt_id)).await;
    assert_eq!(none.verdict(), "404 RC_NOT_FOUND");
    merchant.cancel(&receipt_id, json!({})).await.expect(200);
    assert_eq!(
        publish(&merchant, &receipt_id, json!({})).await.verdict(),
        "400 RC_NOT_PAID"
    );
    assert_eq!(gateway.pg.ledger().await.requests.receipt, 0);
    gateway.stop().await;
}
