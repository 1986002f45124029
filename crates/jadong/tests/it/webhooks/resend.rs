//! `POST /v2/request/webhook`

use domain::webhook_delivery::DeliveryState;
use gateway::Mode;
use serde_json::json;

use super::start;
use testkit::endpoint::{Endpoint, Temper};

const RESEND: &str = "/v2/request/webhook";

#[tokio::test]
async fn the_latest_webhook_is_sent_again() {
    let (gateway, endpoint) = (start(Mode::Sandbox).await, Endpoint::start(&[Temper::Success]).await);
    gateway.send_webhooks_to(&endpoint.url()).await;
    let receipt_id = gateway.paid("order_1", json!({})).await;
    gateway.delivered(&receipt_id).await;
    let answer = gateway
        .merchant()
        .post(RESEND, json!({ "receipt_id": receipt_id }))
        .await;
    assert_eq!(answer.expect(200).json(), json!({ "success": true }));
    gateway
        .slowly(async || (endpoint.received().len() == 2).then_some(()))
        .await;
    let [first, again] = endpoint.received().try_into().unwrap();
    assert_eq!(
        (&first.body, first.header("webhook-id")),
        (&again.body, again.header("webhook-id"))
    );
    gateway.stop().await;
}

#[tokio::test]
async fn another_url_is_told_the_present_state() {
    let (gateway, project) = (start(Mode::Sandbox).await, Endpoint::start(&[Temper::Success]).await);
    let other = Endpoint::start(&[Temper::Success]).await;
    gateway.send_webhooks_to(&project.url()).await;
    let receipt_id = gateway.paid("order_1", json!({})).await;
    gateway.merchant().cancel(&receipt_id, json!({})).await.expect(200);
    gateway.delivered(&receipt_id).await;
    let asked = json!({ "receipt_id": receipt_id, "webhook_url": other.url() });
    gateway.merchant().post(RESEND, asked).await.expect(200);
    let deliveries = gateway.delivered(&receipt_id).await;
    assert!(deliveries.iter().all(|one| one.state == DeliveryState::Delivered));
    assert_eq!(other.events(), [("PAYMENT_CANCELLED".to_owned(), 3)]);
    assert_eq!(project.received().len(), 2);
    gateway.stop().await;
}

#[tokio::test]
async fn what_cannot_be_sent_again_is_refused() {
    let gateway = start(Mode::Sandbox).await;
    let merchant = gateway.merchant();
    let unknown = json!({ "receipt_id": "6655069ca691573f1bb9c28a" });
    assert_eq!(merchant.post(RESEND, unknown).await.verdict(), "404 RC_NOT_FOUND");
    assert_eq!(
        merchant.post(RESEND, json!({})).await.verdict(),
        "400 SUBSCRIBE_RECEIPT_ID_BLANK"
    );
    let receipt_id = gateway.paid("order_1", json!({})).await;
    let nowhere = merchant.post(RESEND, json!({ "receipt_id": receipt_id })).await;
    assert_eq!(nowhere.verdict(), "400 WEBHOOK_URL_INVALID", "the project has no URL");
    let no_url = json!({ "receipt_id": receipt_id, "webhook_url": "shop.example" });
    assert_eq!(merchant.post(RESEND, no_url).await.verdict(), "400 WEBHOOK_URL_INVALID");
    gateway.stop().await;
}
