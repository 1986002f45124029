//! What is sent is what the OpenAPI document says of it.

use gateway::Mode;
use serde_json::json;
use testkit::described::check_webhook;
use testkit::endpoint::{Endpoint, Temper};
use testkit::until;

use super::start;

#[tokio::test]
async fn every_type_of_webhook_is_as_the_document_describes_it() {
    let (gateway, endpoint) = (start(Mode::Sandbox).await, Endpoint::start(&[Temper::Success]).await);
    gateway.send_webhooks_to(&endpoint.url()).await;
    let merchant = gateway.merchant();
    let paid = gateway.paid("order_1", json!({})).await;
    gateway.pg.fault("cancel", "refuse", 1).await;
    merchant
        .cancel(&paid, json!({ "cancel_price": 100, "cancel_id": "refused" }))
        .await;
    for price in [300, 700] {
        let part = json!({ "cancel_price": price, "cancel_id": price.to_string() });
        merchant.cancel(&paid, part).await.expect(200);
    }
    let empty = merchant.key_of("0001").await;
    merchant.charge(&empty, json!({ "order_id": "declined" })).await;
    // Its key is gone when its time has come.
    let key = merchant.key_of("7777").await;
    let at = "2026-01-03T09:00:00+09:00";
    let reserve = json!({ "order_id": "reserved", "reserve_execute_at": at });
    merchant.reserve(&key, reserve).await.expect(200);
    merchant
        .delete(&format!("/v2/subscribe/billing_key/{key}?cancel_reserves=false"))
        .await
        .expect(200);
    merchant
        .post("/sandbox/clock", json!({ "advance": "2d" }))
        .await
        .expect(200);
    let told = |kind: &str| endpoint.events().iter().any(|(told, _)| told == kind);
    until(testkit::PATIENCE, async || {
        let wanted = [
            "COMPLETED",
            "PARTIAL_CANCELLED",
            "CANCELLED",
            "CONFIRM_FAILED",
            "CANCEL_FAILED",
        ];
        let missing = wanted.into_iter().find(|kind| !told(&format!("PAYMENT_{kind}")));
        missing.map_or(Ok(()), |kind| Err(format!("no {kind}: {:?}", endpoint.events())))
    })
    .await;
    for received in endpoint.received() {
        check_webhook(&received.json());
    }
    let of_reserve = |body: &serde_json::Value| body.get("reserve_id").is_some();
    assert!(
        endpoint.received().iter().any(|received| of_reserve(&received.json())),
        "{:?}",
        endpoint.events()
    );
    gateway.stop().await;
}
