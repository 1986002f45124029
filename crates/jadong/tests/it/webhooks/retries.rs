//! What is tried again, and until when.

use std::time::Duration;

use domain::EpochMs;
use domain::webhook_delivery::DeliveryState;
use seams::Clock;
use serde_json::json;

use super::bench::WebhookBench;
use testkit::endpoint::{Endpoint, Temper};

#[tokio::test]
async fn two_errors_and_then_success() {
    let tempers = [Temper::Status(500), Temper::Status(500), Temper::Success];
    let (bench, endpoint) = (WebhookBench::sandbox().await, Endpoint::start(&tempers).await);
    bench.tell(&endpoint.url()).await;
    let receipt_id = bench.paid("order_1", json!({})).await;
    let deliveries = bench.settled(&receipt_id).await;
    assert_eq!(
        (deliveries[0].state, deliveries[0].attempts),
        (DeliveryState::Delivered, 3)
    );
    let got = endpoint.got();
    assert_eq!(got.len(), 3);
    assert!(
        got.iter()
            .all(|one| one.body == got[0].body && one.header("webhook-id") == got[0].header("webhook-id"))
    );
    assert_ne!(
        got[0].header("webhook-timestamp"),
        got[2].header("webhook-timestamp"),
        "each attempt is signed anew"
    );
    bench.stop().await;
}

#[tokio::test]
async fn an_answer_that_is_no_success_is_tried_again() {
    let tempers = [Temper::NotSuccess, Temper::Status(204), Temper::Success];
    let (bench, endpoint) = (WebhookBench::sandbox().await, Endpoint::start(&tempers).await);
    bench.tell(&endpoint.url()).await;
    let receipt_id = bench.paid("order_1", json!({})).await;
    assert_eq!(bench.settled(&receipt_id).await[0].attempts, 3);
    bench.stop().await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (bench, endpoint) = (
        WebhookBench::sandbox().await,
        Endpoint::start(&[Temper::Redirect, Temper::Success]).await,
    );
    bench.tell(&endpoint.url()).await;
    let receipt_id = bench.paid("order_1", json!({})).await;
    assert_eq!(bench.settled(&receipt_id).await[0].attempts, 2);
    assert!(endpoint.got().iter().all(|got| got.path == "/hook"));
    bench.stop().await;
}

#[tokio::test]
async fn after_ten_tries_a_delivery_is_given_up() {
    let (bench, endpoint) = (
        WebhookBench::sandbox().await,
        Endpoint::start(&[Temper::Status(500)]).await,
    );
    bench.tell(&endpoint.url()).await;
    let receipt_id = bench.paid("order_1", json!({})).await;
    for attempts in 1..=10 {
        // Each attempt is recorded before time goes on to the next.
        let delivery = bench
            .eventually(async || {
                let [delivery] = bench.deliveries(&receipt_id).await.try_into().unwrap();
                (delivery.attempts == attempts).then_some(delivery)
            })
            .await;
        let wait_ms = delivery.next_at.since_ms(EpochMs(bench.clock.now_ms()));
        bench.clock.advance(Duration::from_millis(wait_ms));
    }
    bench
        .pass(Duration::from_secs(86_400), Duration::from_secs(7_200))
        .await;
    let [delivery] = bench.deliveries(&receipt_id).await.try_into().unwrap();
    assert_eq!(
        (delivery.state, delivery.attempts, endpoint.got().len()),
        (DeliveryState::Exhausted, 10, 10)
    );
    assert_eq!(delivery.last_result, "500");
    bench.stop().await;
}
