//! Webhooks of one receipt that is moved on two gateways, sent by either.

use serde_json::json;

use super::{stop, two};
use testkit::endpoint::{Endpoint, Temper};

#[tokio::test]
async fn they_come_in_order_without_a_gap_or_a_twin() {
    let (gateway, other) = two().await;
    let endpoint = Endpoint::start(&[Temper::Status(500), Temper::Success]).await;
    gateway.send_webhooks_to(&endpoint.url()).await;
    let (one, two) = (gateway.merchant(), other.merchant());
    let key = one.key().await;
    let mut receipts = Vec::new();
    for number in 0..6 {
        let order = json!({ "order_id": format!("order_{number}") });
        let receipt_id = one.charge(&key, order).await.expect(200).text("receipt_id");
        for part in 0..6 {
            let merchant = if part % 2 == 0 { &two } else { &one };
            let cancel = json!({ "cancel_id": format!("c{part}"), "cancel_price": 100 });
            merchant.cancel(&receipt_id, cancel).await.expect(200);
        }
        receipts.push(receipt_id);
    }
    for receipt_id in &receipts {
        gateway.delivered(receipt_id).await;
    }
    let received = endpoint.received();
    for receipt_id in &receipts {
        let of_receipt = received.iter().map(|received| received.json());
        let sequences: Vec<u64> = of_receipt
            .filter(|body| body["receipt_id"] == json!(receipt_id))
            .map(|body| body["sequence"].as_u64().unwrap())
            .collect();
        let mut once = sequences.clone();
        once.dedup();
        assert_eq!(once, [1, 2, 3, 4, 5, 6, 7], "{sequences:?}");
    }
    // The first of all was answered with 500, and is the only one that came twice.
    assert_eq!(received.len(), 6 * 7 + 1);
    stop(gateway, other).await;
}
