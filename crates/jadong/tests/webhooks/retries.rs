//! What is tried again, and until when.

use std::time::Duration;

use domain::EpochMs;
use domain::delivery::State;
use seams::Clock;
use serde_json::json;

use super::endpoint::{Endpoint, Temper};
use super::house::House;

#[tokio::test]
async fn two_errors_and_then_success() {
    let tempers = [Temper::Status(500), Temper::Status(500), Temper::Success];
    let (house, endpoint) = (House::sandbox().await, Endpoint::start(&tempers).await);
    house.tell(&endpoint.url()).await;
    let receipt_id = house.paid("order_1", json!({})).await;
    let deliveries = house.settled(&receipt_id).await;
    assert_eq!((deliveries[0].state, deliveries[0].attempts), (State::Delivered, 3));
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
    house.stop().await;
}

#[tokio::test]
async fn an_answer_that_is_no_success_is_tried_again() {
    let tempers = [Temper::NotSuccess, Temper::Status(204), Temper::Success];
    let (house, endpoint) = (House::sandbox().await, Endpoint::start(&tempers).await);
    house.tell(&endpoint.url()).await;
    let receipt_id = house.paid("order_1", json!({})).await;
    assert_eq!(house.settled(&receipt_id).await[0].attempts, 3);
    house.stop().await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (house, endpoint) = (
        House::sandbox().await,
        Endpoint::start(&[Temper::Redirect, Temper::Success]).await,
    );
    house.tell(&endpoint.url()).await;
    let receipt_id = house.paid("order_1", json!({})).await;
    assert_eq!(house.settled(&receipt_id).await[0].attempts, 2);
    assert!(endpoint.got().iter().all(|got| got.path == "/hook"));
    house.stop().await;
}

#[tokio::test]
async fn after_ten_tries_a_delivery_is_given_up() {
    let (house, endpoint) = (House::sandbox().await, Endpoint::start(&[Temper::Status(500)]).await);
    house.tell(&endpoint.url()).await;
    let receipt_id = house.paid("order_1", json!({})).await;
    for attempts in 1..=10 {
        // Each attempt is recorded before time goes on to the next.
        let delivery = house
            .eventually(async || {
                let [delivery] = house.deliveries(&receipt_id).await.try_into().unwrap();
                (delivery.attempts == attempts).then_some(delivery)
            })
            .await;
        let wait_ms = delivery.next_at.since_ms(EpochMs(house.clock.now_ms()));
        house.clock.advance(Duration::from_millis(wait_ms));
    }
    house
        .pass(Duration::from_secs(86_400), Duration::from_secs(7_200))
        .await;
    let [delivery] = house.deliveries(&receipt_id).await.try_into().unwrap();
    assert_eq!(
        (delivery.state, delivery.attempts, endpoint.got().len()),
        (State::Exhausted, 10, 10)
    );
    assert_eq!(delivery.last_result, "500");
    house.stop().await;
}
