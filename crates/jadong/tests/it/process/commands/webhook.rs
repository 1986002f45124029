//! `jadong webhook list|resend`, beside the gateway that delivers.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::listen::endpoint;
use super::{done, json as told};
use testkit::process::PATIENCE;
use testkit::process::TestDir;
use testkit::process::api::Api;

async fn listed(data: &str, receipt: &str) -> Value {
    told(
        &["webhook", "list", "--receipt", receipt, "--json", "--data", data],
        &[],
    )
    .await
}

/// Waits until the receipt's one webhook stands like this.
async fn until(data: &str, receipt: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let since = std::time::Instant::now();
    loop {
        let list = listed(data, receipt).await;
        if wanted(&list[0]) {
            assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
            return list[0].clone();
        }
        assert!(since.elapsed() < PATIENCE, "{list}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_listed_and_sent_again() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let (url, heard) = endpoint(&[(200, r#"{"success": true}"#)]).await;
    let data = dir.data_text();
    let api = Api::new(&gateway.url);
    let (_, key) = api.issue("webhook-list", "01012345678").await;
    let body = json!({ "billing_key": key, "order_name": "월 구독", "order_id": "webhook-list-1", "price": 1000,
        "feedback_url": url });
    let paid = api
        .call(Method::POST, "/v2/subscribe/payment", Some(body.to_string()))
        .await;
    let receipt = paid.expect("an answer").text("receipt_id");
    let first = until(&data, &receipt, |row| row["state"] == "delivered").await;
    assert_eq!(first["webhook_type"], "PAYMENT_COMPLETED");
    assert_eq!((&first["attempts"], &first["last_result"]), (&json!(1), &json!("200")));
    assert_eq!(first["url"], url);

    let id = first["delivery_id"].as_str().expect("an id");
    done(&["webhook", "resend", id, "--data", &data], &[]).await;
    let since = std::time::Instant::now();
    while heard.lock().expect("no panic while held").len() < 2 {
        assert!(since.elapsed() < PATIENCE, "it was not sent again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let bodies: Vec<String> = heard
        .lock()
        .expect("no panic while held")
        .iter()
        .map(|(_, body)| body.clone())
        .collect();
    assert_eq!(bodies[0], bodies[1], "the same webhook, sequence and all");
    until(&data, &receipt, |row| row["state"] == "delivered").await;
}
