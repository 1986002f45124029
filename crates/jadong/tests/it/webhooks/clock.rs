//! A project's retries pass with its own clock; signatures go by the machine's.

use std::time::{Duration, Instant};

use domain::webhook_delivery::DeliveryState;
use gateway::Mode;
use seams::Clock;
use serde_json::{Value, json};

use super::start;
use testkit::TestGateway;
use testkit::endpoint::{Endpoint, Temper};

async fn advance(gateway: &TestGateway, by: &str) -> Value {
    let moved = gateway
        .merchant()
        .post("/sandbox/clock", json!({ "advance": by }))
        .await;
    moved.expect(200).json()
}

#[tokio::test]
async fn retries_that_take_days_pass_in_one_move() {
    let mut tempers = vec![Temper::Status(500); 6];
    tempers.push(Temper::Success);
    let (gateway, endpoint) = (start(Mode::Sandbox).await, Endpoint::start(&tempers).await);
    gateway.send_webhooks_to(&endpoint.url()).await;
    let receipt_id = gateway.paid("order_1", json!({})).await;
    let machine_s = gateway.clock.now_ms() / 1000;
    let began = Instant::now();
    advance(&gateway, "7d").await;
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    let [delivery] = gateway.deliveries(&receipt_id).await.try_into().unwrap();
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Delivered, 7));
    assert_eq!(
        gateway.clock.now_ms() / 1000,
        machine_s,
        "the machine's clock stood still"
    );
    let delivered = delivery.delivered_at.expect("it was delivered");
    assert!(
        delivered.since_ms(delivery.created_at) > 60_000,
        "in the project's time"
    );
    for received in endpoint.received() {
        assert_eq!(received.header("webhook-timestamp"), machine_s.to_string());
    }
    gateway.stop().await;
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_does_not_hold_time_up() {
    let gateway = start(Mode::Sandbox).await;
    // Nobody listens on port 1.
    gateway.send_webhooks_to("http://127.0.0.1:1/hook").await;
    let receipt_id = gateway.paid("order_1", json!({})).await;
    let began = Instant::now();
    advance(&gateway, "30d").await;
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert_eq!(gateway.deliveries(&receipt_id).await[0].state, DeliveryState::Exhausted);
    gateway.stop().await;
}

#[tokio::test]
async fn in_live_mode_there_is_no_such_clock() {
    let gateway = start(Mode::Live).await;
    let merchant = gateway.merchant();
    let asked = json!({ "advance": "1d" });
    assert_eq!(merchant.post("/sandbox/clock", asked).await.status, 404);
    assert_eq!(merchant.get("/sandbox/clock").await.status, 404);
    assert!(gateway.store().clock_offsets().await.unwrap().is_empty());
    gateway.stop().await;
}
