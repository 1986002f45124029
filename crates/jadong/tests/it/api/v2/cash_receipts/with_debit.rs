//! Keys whose customers want a receipt with every debit.

use serde_json::json;

use super::{cancel_path, cash, gateway, publish, standing_key};
use testkit::TestGateway;

#[tokio::test]
async fn a_key_with_cash_receipts_brings_one_with_every_debit() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = standing_key(&merchant, "12345678901234").await;
    let paid = merchant.charge(&key, json!({})).await.expect(200);
    assert_eq!(cash(&paid), (60, 1));
    let receipt_id = paid.text("receipt_id");
    assert_eq!(merchant.get(&format!("/v2/receipt/{receipt_id}")).await.body, paid.body);
    let again = merchant.charge(&key, json!({})).await.expect(200);
    assert_eq!((again.body.clone(), again.is_replayed()), (paid.body.clone(), true));
    let more = publish(&merchant, &receipt_id, json!({ "cash_receipt_type": 2 })).await;
    assert_eq!(more.verdict(), "409 RC_CASH_RECEIPT_CONFLICT");

    let part = merchant
        .cancel(&receipt_id, json!({ "cancel_price": 400 }))
        .await
        .expect(200);
    assert_eq!(cash(&part).0, 60);
    let whole = merchant.cancel(&receipt_id, json!({})).await.expect(200);
    assert_eq!((cash(&whole).0, whole.text("status")), (61, "20".to_owned()));
    let receipts = gateway.pg.ledger().await.receipts;
    assert_eq!(receipts.len(), 1);
    assert!(receipts[0].cancelled_at_ms.is_some());

    let second = merchant
        .charge(&key, json!({ "order_id": "order_2" }))
        .await
        .expect(200);
    let path = cancel_path(&second.text("receipt_id"));
    assert_eq!(
        cash(&merchant.delete(&path).await.expect(200)).0,
        61,
        "the merchant may take it back alone"
    );
    gateway.stop().await;
}

#[tokio::test]
async fn a_debit_that_was_found_paid_has_its_receipt() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let key = standing_key(&merchant, "12345678900007").await;
    let unknown = gateway.while_time_passes(merchant.charge(&key, json!({}))).await;
    assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
    let receipt_id = unknown.text("receipt_id");
    let found = gateway
        .eventually(async || Some(merchant.look_up(&receipt_id).await).filter(|now| now["status"] == json!(1)))
        .await;
    assert_eq!(found["cash_receipt_data"]["status"], json!(60), "{found}");
    gateway.stop().await;
}
