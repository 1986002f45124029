//! Answers recorded from the hosted service, and of its documentation, read by the client.

use client::webhook::{Event, Kind};
use client::{
    BillingKey, CashReceiptStatus, Charge, Client, ErrorCode, KeyRequest, KeyStatus, ReceiptId, ReceiptStatus, Retries,
    UserData,
};
use serde::Deserialize;
use serde_json::Value;

use super::sandbox::{payer, won};
use super::scripted::Service;

#[derive(Deserialize)]
struct Recording {
    name: String,
    #[serde(default)]
    response: Value,
}

fn recordings(prefix: &str) -> Vec<Recording> {
    let all: Vec<Recording> = serde_json::from_str(include_str!("../../fixtures/wire-fixtures.json")).expect("JSON");
    let found: Vec<_> = all
        .into_iter()
        .filter(|recording| recording.name.starts_with(prefix))
        .collect();
    assert!(!found.is_empty(), "no recording begins with {prefix}");
    found
}

async fn service(status: u16, recording: &Recording) -> (Client, String) {
    let service = Service::answering(status, &[], &recording.response.to_string()).await;
    (service.client(Retries::Never), recording.name.clone())
}

fn text<'a>(recording: &'a Recording, key: &str) -> &'a str {
    recording.response[key].as_str().unwrap_or_default()
}

#[tokio::test]
async fn the_five_recorded_requests_and_publishes() {
    let request = KeyRequest::new("sub_1", "테스트결제", payer("01012345678", "12345678901234"));
    for recording in recordings("automatic_transfer.request") {
        let (client, name) = service(200, &recording).await;
        let requested = client
            .request_key(&request)
            .await
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!(requested.receipt.status, ReceiptStatus::KeyRequested, "{name}");
        assert_eq!(
            (requested.receipt_id.as_str(), requested.consent),
            (text(&recording, "receipt_id"), client::Consent::Unknown)
        );
        assert!(
            requested.receipt.sandbox && requested.receipt.requested_at.is_some(),
            "{name}"
        );
        assert!(
            requested.receipt.other.is_empty(),
            "{name}: {:?}",
            requested.receipt.other
        );
    }
    let mut with_payment = 0;
    for recording in recordings("automatic_transfer.publish") {
        let (client, name) = service(200, &recording).await;
        let issued = client.publish_key(&ReceiptId::from("x")).await;
        let issued = issued.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!(issued.billing_key.as_str(), text(&recording, "billing_key"), "{name}");
        let expires = issued.billing_expire_at.expect("an end").to_string();
        assert_eq!(expires, "2099-12-31T14:59:59Z", "{name}");
        let account = issued.billing_data.expect("an account").bank_account;
        assert!(account.as_str().ends_with("*****"), "{name}: shown whole");
        if let Some(first) = issued.first_payment {
            with_payment += 1;
            assert_eq!(first.status, ReceiptStatus::Paid, "{name}");
            assert!(first.bank_data.is_some_and(|data| !data.tid.is_empty()), "{name}");
        }
    }
    assert_eq!(with_payment, 3);
}

#[tokio::test]
async fn the_recorded_lookups_by_key_and_receipts() {
    for recording in recordings("billing_key.lookup_by_key") {
        let (client, name) = service(200, &recording).await;
        let details = client
            .lookup_key(&BillingKey::from("x"))
            .await
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        // 1 as a number there, `true` elsewhere.
        assert_eq!((details.status, details.sandbox), (KeyStatus::Active, true), "{name}");
    }
    for recording in recordings("receipt.") {
        let (client, name) = service(200, &recording).await;
        let receipt = client.lookup_receipt(&ReceiptId::from("x"), UserData::Without).await;
        let receipt = receipt.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!(
            (receipt.status, receipt.price.amount() >= 1_000),
            (ReceiptStatus::Paid, true),
            "{name}"
        );
        // A card's receipt: what this crate does not know is kept.
        assert!(receipt.other.get("card_data").is_some(), "{name}");
        assert_eq!(
            (receipt.bank_data, receipt.cash_receipt_data.map(|data| data.status)),
            (None, None::<CashReceiptStatus>)
        );
    }
    let recording = recordings("cancel.partial_fields").remove(0);
    let (client, name) = service(200, &recording).await;
    let cancelled = client
        .cancel(&client::Cancel::whole("x", "c"))
        .await
        .unwrap_or_else(|error| panic!("{name}: {error:?}"));
    assert_eq!(cancelled.status, ReceiptStatus::Cancelled);
}

#[tokio::test]
async fn every_recorded_refusal_keeps_its_code_and_its_words() {
    let order = Charge::new("66550abf3324a61b141f9206", "order_1", "월 구독", won(100));
    let refusals: Vec<Recording> = ["error.", "audit."].into_iter().flat_map(recordings).collect();
    let mut read = 0;
    for recording in refusals
        .iter()
        .filter(|recording| recording.response.get("error_code").is_some())
    {
        // Their status is rarely recorded: a refusal is one by its code, even under a 200.
        for status in [400, 200] {
            let (client, name) = service(status, recording).await;
            let error = client.charge(&order).await.expect_err("a refusal");
            let refusal = error.api().unwrap_or_else(|| panic!("{name}: {error:?}"));
            assert_eq!(refusal.code.as_str(), text(recording, "error_code"), "{name}");
            assert_eq!(refusal.message, text(recording, "message"), "{name}");
            assert_eq!(
                refusal.pg_error_code.as_deref().unwrap_or_default(),
                text(recording, "pg_error_code")
            );
            assert!(!error.is_in_doubt(), "{name}");
        }
        read += 1;
    }
    assert!(read >= 20, "{read}");
    assert!(matches!(ErrorCode::from("RC_NOT_ESCROW"), ErrorCode::Other(_)));
}

#[tokio::test]
async fn the_recorded_token_and_the_documented_webhook() {
    let recording = recordings("token.legacy.success").remove(0);
    let service = Service::answering(200, &[], &recording.response.to_string()).await;
    let client = Client::builder(client::Credentials::legacy("application", "private"))
        .base_url(&service.url)
        .no_proxy();
    let token = client.build().expect("a client").access_token().await.expect("a token");
    assert!(token.expires_in().as_secs() > 1_790);

    let recording = recordings("webhook.payment.documented").remove(0);
    let event =
        Event::read_unverified("application/json", recording.response.to_string().as_bytes()).expect("an event");
    assert_eq!((event.kind, event.sequence), (Kind::PaymentCompleted, None));
}
