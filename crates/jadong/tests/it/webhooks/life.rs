//! What is told, in which order, and signed with what.

use std::time::Duration;

use domain::EpochMs;
use gateway::Mode;
use seams::Clock;
use serde_json::json;

use super::start;
use testkit::endpoint::{Endpoint, Received, Temper};
use testkit::{SANDBOX, TestGateway};

fn is_signed_with(gateway: &TestGateway, received: &Received, secret_number: u32) -> bool {
    let secret = gateway::webhook_secret(&gateway.pepper(), gateway.project(SANDBOX).id, secret_number);
    let at_s = received.header("webhook-timestamp").parse().unwrap();
    let expected = gateway::sign_webhook(&secret, received.header("webhook-id"), at_s, &received.body).unwrap();
    received
        .header("webhook-signature")
        .split(' ')
        .any(|one| one == expected)
}

#[tokio::test]
async fn a_charge_is_told_as_completed_with_sequence_1_and_a_signature() {
    let (gateway, endpoint) = (start(Mode::Sandbox).await, Endpoint::start(&[Temper::Success]).await);
    gateway.send_webhooks_to(&endpoint.url()).await;
    let receipt_id = gateway.paid("order_1", json!({})).await;
    let deliveries = gateway.delivered(&receipt_id).await;
    let [received] = endpoint.received().try_into().unwrap();
    assert_eq!(received.event(), ("PAYMENT_COMPLETED".to_owned(), 1));
    let body = received.json();
    assert_eq!(body["receipt_id"], receipt_id);
    assert_eq!(
        (&body["status"], &body["application_id"]),
        (&json!(1), &json!("sandbox_application_id"))
    );
    assert_eq!(received.header("content-type"), "application/json; charset=utf-8");
    assert_eq!(received.header("jadong-webhook-type"), "PAYMENT_COMPLETED");
    assert_eq!(received.header("webhook-id"), deliveries[0].id.to_string());
    assert!(received.header("user-agent").starts_with("Jadong/"));
    assert!(is_signed_with(&gateway, &received, 1) && !is_signed_with(&gateway, &received, 2));
    assert_eq!((deliveries[0].attempts, deliveries[0].last_result.as_str()), (1, "200"));
    gateway.stop().await;
}

#[tokio::test]
async fn both_secrets_sign_while_they_overlap() {
    let (gateway, endpoint) = (start(Mode::Sandbox).await, Endpoint::start(&[Temper::Success]).await);
    let until = EpochMs(gateway.clock.now_ms()).plus_ms(3_600_000);
    gateway
        .store()
        .rotate_webhook_secret(gateway.project(SANDBOX).id, until)
        .await
        .unwrap();
    gateway.send_webhooks_to(&endpoint.url()).await;
    let first = gateway.paid("order_1", json!({})).await;
    gateway.delivered(&first).await;
    gateway.clock.advance(Duration::from_secs(3_600));
    let second = gateway.paid("order_2", json!({})).await;
    gateway.delivered(&second).await;
    let [during, after] = endpoint.received().try_into().unwrap();
    assert!(is_signed_with(&gateway, &during, 1) && is_signed_with(&gateway, &during, 2));
    assert!(is_signed_with(&gateway, &after, 2) && !is_signed_with(&gateway, &after, 1));
    gateway.stop().await;
}

#[tokio::test]
async fn two_partial_cancels_are_told_in_order_even_when_the_first_fails_at_first() {
    let (gateway, endpoint) = (
        start(Mode::Sandbox).await,
        Endpoint::start(&[Temper::Success, Temper::Status(500), Temper::Success]).await,
    );
    gateway.send_webhooks_to(&endpoint.url()).await;
    let receipt_id = gateway.paid("order_1", json!({})).await;
    for (cancel_id, price) in [("c1", 300), ("c2", 200)] {
        let changes = json!({ "cancel_price": price, "cancel_id": cancel_id });
        gateway.merchant().cancel(&receipt_id, changes).await.expect(200);
    }
    gateway.delivered(&receipt_id).await;
    let partial = |sequence| ("PAYMENT_PARTIAL_CANCELLED".to_owned(), sequence);
    let completed = ("PAYMENT_COMPLETED".to_owned(), 1);
    assert_eq!(endpoint.events(), [completed, partial(2), partial(2), partial(3)]);
    let sums: Vec<_> = endpoint
        .received()
        .iter()
        .map(|received| received.json()["cancelled_price"].clone())
        .collect();
    assert_eq!(sums, [0, 300, 300, 500]);
    gateway.stop().await;
}

#[tokio::test]
async fn a_charges_own_url_and_form_are_honoured() {
    let (gateway, project) = (start(Mode::Sandbox).await, Endpoint::start(&[Temper::Success]).await);
    let own = Endpoint::start(&[Temper::Success]).await;
    gateway.send_webhooks_to(&project.url()).await;
    let changes = json!({
        "feedback_url": own.url(), "content_type": "application/x-www-form-urlencoded", "metadata": { "a": [1] },
    });
    let receipt_id = gateway.paid("order_1", changes).await;
    gateway.delivered(&receipt_id).await;
    assert!(project.received().is_empty());
    let [received] = own.received().try_into().unwrap();
    assert_eq!(received.path, "/hook");
    assert_eq!(
        received.header("content-type"),
        "application/x-www-form-urlencoded; charset=utf-8"
    );
    assert!(is_signed_with(&gateway, &received, 1), "a form is signed as it is sent");
    assert!(received.body.contains(&format!("receipt_id={receipt_id}")) && received.body.contains("sequence=1"));
    assert!(
        received.body.contains("metadata=%7B%22a%22%3A%5B1%5D%7D") || received.body.contains("metadata=%7B+%22a%22"),
        "{}",
        received.body
    );
    gateway.stop().await;
}

#[tokio::test]
async fn the_outbox_survives_a_restart() {
    let (gateway, endpoint) = (
        start(Mode::Sandbox).await,
        Endpoint::start(&[Temper::Status(503), Temper::Success]).await,
    );
    gateway.send_webhooks_to(&endpoint.url()).await;
    let receipt_id = gateway.paid("order_1", json!({})).await;
    gateway
        .slowly(async || (endpoint.received().len() == 1).then_some(()))
        .await;
    let gateway = gateway.down().await.up().await;
    let deliveries = gateway.delivered(&receipt_id).await;
    assert_eq!((deliveries[0].attempts, endpoint.received().len()), (2, 2));
    assert_eq!(
        endpoint.received()[0].header("webhook-id"),
        endpoint.received()[1].header("webhook-id")
    );
    gateway.stop().await;
}
