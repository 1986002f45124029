//! A page hears of a change while it looks on.

use std::time::Duration;

use serde_json::json;

use testkit::process::TestDir;
use testkit::process::api::{Api, http};

#[tokio::test]
async fn a_change_reaches_whoever_looks_on() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = Api::new(&gateway.url);
    let (_, key) = api.issue("sub_1", "01012345678").await;
    let mut stream = http()
        .get(format!("{}/console/live", gateway.url))
        .send()
        .await
        .expect("a stream");
    assert_eq!(stream.status().as_u16(), 200);
    let body = json!({"billing_key": key, "order_name": "구독", "price": 1000, "order_id": "order-1"});
    let charged = api
        .call(reqwest::Method::POST, "/v2/subscribe/payment", Some(body.to_string()))
        .await;
    let receipt = charged.expect("an answer").text("receipt_id");
    let mut text = String::new();
    let listening = async {
        while !text.contains("event: payment") || !text.contains(&format!("event: at-{receipt}")) {
            let part = stream.chunk().await.expect("bytes").expect("the stream goes on");
            text.push_str(&String::from_utf8_lossy(&part));
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(10), listening).await;
    assert!(in_time.is_ok(), "nothing was heard of {receipt}: {text}");
    // A stream does not keep the gateway from stopping.
    drop(stream);
    gateway.process.stop().await;
}
