//! Webhooks of the real gateway, received by the axum extractor.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{FromRef, State};
use axum::routing::post;
use client::webhook::{Event, Kind, Order, Reply, Sequences, VerifiedWebhook, Verifier};
use client::{Cancel, ReceiptStatus};

use super::sandbox::{Sandbox, charge, won};
use testkit::net::{http, listener};
use testkit::process::run;
use testkit::{PATIENCE, until};

#[derive(Clone)]
struct Shop {
    verifier: Verifier,
    events: Arc<Mutex<Vec<Event>>>,
}

impl FromRef<Shop> for Verifier {
    fn from_ref(shop: &Shop) -> Self {
        shop.verifier.clone()
    }
}

async fn receive(State(shop): State<Shop>, VerifiedWebhook(event): VerifiedWebhook) -> Reply {
    shop.events.lock().expect("no panic").push(event);
    Reply::Success
}

async fn endpoint(secret: &str) -> (SocketAddr, Shop) {
    let shop = Shop {
        verifier: Verifier::new(secret).expect("a secret"),
        events: Arc::default(),
    };
    let (listener, address) = listener().await;
    let app = Router::new().route("/webhooks", post(receive)).with_state(shop.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (address, shop)
}

impl Shop {
    async fn after(&self, number: usize) -> Vec<Event> {
        until(PATIENCE, async || {
            let events = self.events.lock().expect("no panic").clone();
            if events.len() < number { Err(events) } else { Ok(events) }
        })
        .await
    }
}

#[tokio::test]
async fn what_the_gateway_signs_is_taken_in_both_of_its_forms_and_in_order() {
    let sandbox = Sandbox::start(&[]).await;
    let (address, shop) = endpoint(&sandbox.dir.webhook_secret().await).await;
    let (client, key) = (sandbox.client(), sandbox.key("sub_1", "12345678901234").await);
    let url = format!("http://{address}/webhooks");
    let as_json = client
        .charge(&charge(&key, "order_1", 1_000).feedback_url(&url))
        .await
        .expect("paid");
    shop.after(1).await;
    client
        .cancel(&Cancel::part(as_json.receipt_id.clone(), "c1", won(400)))
        .await
        .expect("given back");
    shop.after(2).await;
    let as_form = client
        .charge(&charge(&key, "order_2", 700).feedback_url(&url).feedback_as_form())
        .await
        .expect("paid");
    let events = shop.after(3).await;

    let kinds: Vec<_> = events
        .iter()
        .map(|event| (event.kind.clone(), event.sequence))
        .collect();
    let expected = [
        (Kind::PaymentCompleted, Some(1)),
        (Kind::PaymentPartialCancelled, Some(2)),
        (Kind::PaymentCompleted, Some(1)),
    ];
    assert_eq!(kinds, expected);
    let mut seen = Sequences::of_at_most(100);
    for event in &events {
        let receipt = event.receipt().expect("a payment");
        assert_eq!(seen.see(&receipt.receipt_id, event.sequence), Order::Next);
        assert_eq!(seen.see(&receipt.receipt_id, event.sequence), Order::Old);
        assert_eq!(receipt.status, ReceiptStatus::Paid);
        assert!(!event.delivery_id.is_empty() && event.application_id.as_deref() == Some("sandbox_application_id"));
    }
    let form = events[2].receipt().expect("a payment");
    assert_eq!((&form.receipt_id, form.price), (&as_form.receipt_id, won(700)));
    assert_eq!(form.bank_data, as_form.bank_data, "objects survive the form");

    client
        .resend_webhook(&as_json.receipt_id, None)
        .await
        .expect("sent again");
    let again = shop.after(4).await.remove(3);
    assert_eq!(
        (again.receipt_id(), again.sequence),
        (Some(&as_json.receipt_id), Some(2))
    );
}

#[tokio::test]
async fn what_is_not_signed_never_reaches_the_handler() {
    let (address, shop) = endpoint("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").await;
    let unsigned = http()
        .post(format!("http://{address}/webhooks"))
        .body("{}")
        .send()
        .await
        .expect("an answer");
    assert_eq!(unsigned.status(), 401);
    assert_eq!(unsigned.text().await.expect("a body"), r#"{"success":false}"#);
    assert!(shop.events.lock().expect("no panic").is_empty());
}

/// Sixteen hard deliveries, with wrong and stale signatures among them: see `jadong webhook ordeal`.
#[tokio::test]
async fn the_extractor_passes_the_ordeal() {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let (address, _shop) = endpoint(secret).await;
    let url = format!("http://{address}/webhooks");
    run(&["webhook", "ordeal", "--json", "--url", &url, "--secret", secret], &[])
        .await
        .success();
}
