//! A webhook tells a payment's cash receipt as the answers do.

use gateway::Mode;
use serde_json::{Value, json};

use super::start;
use testkit::endpoint::{Endpoint, Temper};

fn statuses(endpoint: &Endpoint) -> Vec<(String, Value)> {
    let bodies = endpoint.received().into_iter().map(|received| received.json());
    bodies
        .map(|body| {
            let status = body["cash_receipt_data"]["status"].clone();
            (body["webhook_type"].as_str().unwrap_or_default().to_owned(), status)
        })
        .collect()
}

fn expected(statuses: [i64; 3]) -> Vec<(String, Value)> {
    let kinds = ["PAYMENT_COMPLETED", "PAYMENT_PARTIAL_CANCELLED", "PAYMENT_CANCELLED"];
    std::iter::zip(kinds, statuses)
        .map(|(kind, status)| (kind.to_owned(), json!(status)))
        .collect()
}

#[tokio::test]
async fn the_receipt_of_a_debit_is_in_every_webhook_and_ends_with_the_whole_of_it() {
    let (gateway, endpoint) = (start(Mode::Sandbox).await, Endpoint::start(&[Temper::Success]).await);
    gateway.send_webhooks_to(&endpoint.url()).await;
    let merchant = gateway.merchant();
    let asked = json!({ "cash_receipt_type": "소득공제", "cash_receipt_identity_no": "01098765432" });
    let key = merchant.issue(asked).await.1;
    let receipt_id = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    merchant
        .cancel(&receipt_id, json!({ "cancel_price": 300 }))
        .await
        .expect(200);
    merchant.cancel(&receipt_id, json!({})).await.expect(200);
    gateway.delivered(&receipt_id).await;
    assert_eq!(statuses(&endpoint), expected([60, 60, 61]));
    let last = endpoint.received().pop().unwrap().json();
    let answer = merchant.get(&format!("/v2/receipt/{receipt_id}")).await.json();
    assert_eq!(last["cash_receipt_data"], answer["cash_receipt_data"]);
    gateway.stop().await;
}

#[tokio::test]
async fn one_that_was_asked_for_stands_and_is_told_also_when_it_is_sent_again() {
    let (gateway, endpoint) = (start(Mode::Sandbox).await, Endpoint::start(&[Temper::Success]).await);
    gateway.send_webhooks_to(&endpoint.url()).await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let receipt_id = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    gateway.delivered(&receipt_id).await;
    let asked = json!({ "receipt_id": receipt_id, "identity_no": "01098765432", "cash_receipt_type": 1 });
    merchant
        .post("/v2/request/receipt/cash/publish", asked)
        .await
        .expect(200);
    merchant
        .cancel(&receipt_id, json!({ "cancel_price": 300 }))
        .await
        .expect(200);
    merchant.cancel(&receipt_id, json!({})).await.expect(200);
    gateway.delivered(&receipt_id).await;
    let seen: Vec<Value> = statuses(&endpoint).into_iter().map(|(_, status)| status).collect();
    assert_eq!(seen, [Value::Null, json!(60), json!(60)]);
    let elsewhere = format!("http://{}/again", endpoint.address);
    let again = json!({ "receipt_id": receipt_id, "webhook_url": elsewhere });
    merchant.post("/v2/request/webhook", again).await.expect(200);
    gateway.delivered(&receipt_id).await;
    assert_eq!(
        statuses(&endpoint).pop(),
        Some(("PAYMENT_CANCELLED".to_owned(), json!(60)))
    );
    gateway.stop().await;
}
