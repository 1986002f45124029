//! A project's retries pass with its own clock; signatures go by the machine's.

use std::time::{Duration, Instant};

use domain::webhook_delivery::DeliveryState;
use gateway::Mode;
use seams::Clock;
use serde_json::{Value, json};

use super::bench::WebhookBench;
use testkit::endpoint::{Endpoint, Temper};

async fn advance(bench: &WebhookBench, by: &str) -> Value {
    let moved = bench.merchant().post("/sandbox/clock", json!({ "advance": by })).await;
    moved.expect(200).json()
}

#[tokio::test]
async fn retries_that_take_days_pass_in_one_move() {
    let mut tempers = vec![Temper::Status(500); 6];
    tempers.push(Temper::Success);
    let (bench, endpoint) = (WebhookBench::sandbox().await, Endpoint::start(&tempers).await);
    bench.tell(&endpoint.url()).await;
    let receipt_id = bench.paid("order_1", json!({})).await;
    let machine_s = bench.clock.now_ms() / 1000;
    let began = Instant::now();
    advance(&bench, "7d").await;
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    let [told] = bench.deliveries(&receipt_id).await.try_into().unwrap();
    assert_eq!((told.state, told.attempts), (DeliveryState::Delivered, 7));
    assert_eq!(
        bench.clock.now_ms() / 1000,
        machine_s,
        "the machine's clock stood still"
    );
    let delivered = told.delivered_at.expect("it was delivered");
    assert!(delivered.since_ms(told.created_at) > 60_000, "in the project's time");
    for got in endpoint.got() {
        assert_eq!(got.header("webhook-timestamp"), machine_s.to_string());
    }
    bench.stop().await;
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_does_not_hold_time_up() {
    let bench = WebhookBench::sandbox().await;
    // Nobody listens on port 1.
    bench.tell("http://127.0.0.1:1/hook").await;
    let receipt_id = bench.paid("order_1", json!({})).await;
    let began = Instant::now();
    advance(&bench, "30d").await;
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert_eq!(bench.deliveries(&receipt_id).await[0].state, DeliveryState::Exhausted);
    bench.stop().await;
}

#[tokio::test]
async fn in_live_mode_there_is_no_such_clock() {
    let bench = WebhookBench::start(Mode::Live).await;
    let merchant = bench.merchant();
    let asked = json!({ "advance": "1d" });
    assert_eq!(merchant.post("/sandbox/clock", asked).await.status, 404);
    assert_eq!(merchant.get("/sandbox/clock").await.status, 404);
    assert!(bench.store.clock_offsets().await.unwrap().is_empty());
    bench.stop().await;
}
