//! What is told, in which order, and signed with what.

use std::time::Duration;

use domain::EpochMs;
use seams::Clock;
use serde_json::json;

use super::bench::WebhookBench;
use testkit::endpoint::{Endpoint, Got, Temper};

fn is_signed_with(bench: &WebhookBench, got: &Got, secret_number: u32) -> bool {
    let secret = gateway::webhook_secret(&bench.pepper, bench.project.id, secret_number);
    let at_s = got.header("webhook-timestamp").parse().unwrap();
    let expected = gateway::sign_webhook(&secret, got.header("webhook-id"), at_s, &got.body).unwrap();
    got.header("webhook-signature").split(' ').any(|one| one == expected)
}

#[tokio::test]
async fn a_charge_is_told_as_completed_with_sequence_1_and_a_signature() {
    let (bench, endpoint) = (WebhookBench::sandbox().await, Endpoint::start(&[Temper::Success]).await);
    bench.tell(&endpoint.url()).await;
    let receipt_id = bench.paid("order_1", json!({})).await;
    let deliveries = bench.settled(&receipt_id).await;
    let [got] = endpoint.got().try_into().unwrap();
    assert_eq!(got.told(), ("PAYMENT_COMPLETED".to_owned(), 1));
    let body = got.json();
    assert_eq!(body["receipt_id"], receipt_id);
    assert_eq!(
        (&body["status"], &body["application_id"]),
        (&json!(1), &json!("shop_application_id"))
    );
    assert_eq!(got.header("content-type"), "application/json; charset=utf-8");
    assert_eq!(got.header("jadong-webhook-type"), "PAYMENT_COMPLETED");
    assert_eq!(got.header("webhook-id"), deliveries[0].id.to_string());
    assert!(got.header("user-agent").starts_with("Jadong/"));
    assert!(is_signed_with(&bench, &got, 1) && !is_signed_with(&bench, &got, 2));
    assert_eq!((deliveries[0].attempts, deliveries[0].last_result.as_str()), (1, "200"));
    bench.stop().await;
}

#[tokio::test]
async fn both_secrets_sign_while_they_overlap() {
    let (bench, endpoint) = (WebhookBench::sandbox().await, Endpoint::start(&[Temper::Success]).await);
    let until = EpochMs(bench.clock.now_ms()).plus_ms(3_600_000);
    bench
        .store
        .rotate_webhook_secret(bench.project.id, until)
        .await
        .unwrap();
    bench.tell(&endpoint.url()).await;
    let first = bench.paid("order_1", json!({})).await;
    bench.settled(&first).await;
    bench.clock.advance(Duration::from_secs(3_600));
    let second = bench.paid("order_2", json!({})).await;
    bench.settled(&second).await;
    let [during, after] = endpoint.got().try_into().unwrap();
    assert!(is_signed_with(&bench, &during, 1) && is_signed_with(&bench, &during, 2));
    assert!(is_signed_with(&bench, &after, 2) && !is_signed_with(&bench, &after, 1));
    bench.stop().await;
}

#[tokio::test]
async fn two_partial_cancels_are_told_in_order_even_when_the_first_fails_at_first() {
    let (bench, endpoint) = (
        WebhookBench::sandbox().await,
        Endpoint::start(&[Temper::Success, Temper::Status(500), Temper::Success]).await,
    );
    bench.tell(&endpoint.url()).await;
    let receipt_id = bench.paid("order_1", json!({})).await;
    for (cancel_id, price) in [("c1", 300), ("c2", 200)] {
        let changes = json!({ "cancel_price": price, "cancel_id": cancel_id });
        bench.merchant().cancel(&receipt_id, changes).await.expect(200);
    }
    bench.settled(&receipt_id).await;
    let partial = |sequence| ("PAYMENT_PARTIAL_CANCELLED".to_owned(), sequence);
    let completed = ("PAYMENT_COMPLETED".to_owned(), 1);
    assert_eq!(endpoint.told(), [completed, partial(2), partial(2), partial(3)]);
    let sums: Vec<_> = endpoint
        .got()
        .iter()
        .map(|got| got.json()["cancelled_price"].clone())
        .collect();
    assert_eq!(sums, [0, 300, 300, 500]);
    bench.stop().await;
}

#[tokio::test]
async fn a_charges_own_url_and_form_are_honoured() {
    let (bench, project) = (WebhookBench::sandbox().await, Endpoint::start(&[Temper::Success]).await);
    let own = Endpoint::start(&[Temper::Success]).await;
    bench.tell(&project.url()).await;
    let changes = json!({
        "feedback_url": own.url(), "content_type": "application/x-www-form-urlencoded", "metadata": { "a": [1] },
    });
    let receipt_id = bench.paid("order_1", changes).await;
    bench.settled(&receipt_id).await;
    assert!(project.got().is_empty());
    let [got] = own.got().try_into().unwrap();
    assert_eq!(got.path, "/hook");
    assert_eq!(
        got.header("content-type"),
        "application/x-www-form-urlencoded; charset=utf-8"
    );
    assert!(is_signed_with(&bench, &got, 1), "a form is signed as it is sent");
    assert!(got.body.contains(&format!("receipt_id={receipt_id}")) && got.body.contains("sequence=1"));
    assert!(
        got.body.contains("metadata=%7B%22a%22%3A%5B1%5D%7D") || got.body.contains("metadata=%7B+%22a%22"),
        "{}",
        got.body
    );
    bench.stop().await;
}

#[tokio::test]
async fn the_outbox_survives_a_restart() {
    let (bench, endpoint) = (
        WebhookBench::sandbox().await,
        Endpoint::start(&[Temper::Status(503), Temper::Success]).await,
    );
    bench.tell(&endpoint.url()).await;
    let receipt_id = bench.paid("order_1", json!({})).await;
    bench
        .eventually(async || (endpoint.got().len() == 1).then_some(()))
        .await;
    let bench = bench.restart(async || ()).await;
    let deliveries = bench.settled(&receipt_id).await;
    assert_eq!((deliveries[0].attempts, endpoint.got().len()), (2, 2));
    assert_eq!(
        endpoint.got()[0].header("webhook-id"),
        endpoint.got()[1].header("webhook-id")
    );
    bench.stop().await;
}
