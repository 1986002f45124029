//! What is tried again, and until when.

use std::time::Duration;

use domain::EpochMs;
use domain::webhook_delivery::DeliveryState;
use gateway::Mode;
use seams::Clock;
use serde_json::json;

use super::start;
use testkit::endpoint::{Endpoint, Temper};

#[tokio::test]
async fn two_errors_and_then_success() {
    let tempers = [Temper::Status(500), Temper::Status(500), Temper::Success];
    let (gateway, endpoint) = (start(Mode::Sandbox).await, Endpoint::start(&tempers).await);
    gateway.send_webhooks_to(&endpoint.url()).await;
    let receipt_id = gateway.paid("order_1", json!({})).await;
    let deliveries = gateway.delivered(&receipt_id).await;
    assert_eq!(
        (deliveries[0].state, deliveries[0].attempts),
        (DeliveryState::Delivered, 3)
    );
    let received = endpoint.received();
    assert_eq!(received.len(), 3);
    assert!(
        received
            .iter()
            .all(|one| one.body == received[0].body && one.header("webhook-id") == received[0].header("webhook-id"))
    );
    assert_ne!(
        received[0].header("webhook-timestamp"),
        received[2].header("webhook-timestamp"),
        "each attempt is signed anew"
    );
    gateway.stop().await;
}

#[tokio::test]
async fn an_answer_that_is_no_success_is_tried_again() {
    let tempers = [Temper::NotSuccess, Temper::Status(204), Temper::Success];
    let (gateway, endpoint) = (start(Mode::Sandbox).await, Endpoint::start(&tempers).await);
    gateway.send_webhooks_to(&endpoint.url()).await;
    let receipt_id = gateway.paid("order_1", json!({})).await;
    assert_eq!(gateway.delivered(&receipt_id).await[0].attempts, 3);
    gateway.stop().await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (gateway, endpoint) = (
        start(Mode::Sandbox).await,
        Endpoint::start(&[Temper::Redirect, Temper::Success]).await,
    );
    gateway.send_webhooks_to(&endpoint.url()).await;
    let receipt_id = gateway.paid("order_1", json!({})).await;
    assert_eq!(gateway.delivered(&receipt_id).await[0].attempts, 2);
    assert!(endpoint.received().iter().all(|received| received.path == "/hook"));
    gateway.stop().await;
}

#[tokio::test]
async fn after_ten_tries_a_delivery_is_given_up() {
    let (gateway, endpoint) = (
        start(Mode::Sandbox).await,
        Endpoint::start(&[Temper::Status(500)]).await,
    );
    gateway.send_webhooks_to(&endpoint.url()).await;
    let receipt_id = gateway.paid("order_1", json!({})).await;
    for attempts in 1..=10 {
        // Each attempt is recorded before time goes on to the next.
        let delivery = gateway
            .slowly(async || {
                let [delivery] = gateway.deliveries(&receipt_id).await.try_into().unwrap();
                (delivery.attempts == attempts).then_some(delivery)
            })
            .await;
        let wait_ms = delivery.next_at.since_ms(EpochMs(gateway.clock.now_ms()));
        gateway.clock.advance(Duration::from_millis(wait_ms));
    }
    gateway
        .pass(Duration::from_secs(86_400), Duration::from_secs(7_200))
        .await;
    let [delivery] = gateway.deliveries(&receipt_id).await.try_into().unwrap();
    assert_eq!(
        (delivery.state, delivery.attempts, endpoint.received().len()),
        (DeliveryState::Exhausted, 10, 10)
    );
    assert_eq!(delivery.last_result, "500");
    gateway.stop().await;
}
