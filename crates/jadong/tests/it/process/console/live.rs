//! A page hears of a change while it looks on.

use std::time::Duration;

use serde_json::json;
use testkit::net::http;
use testkit::process::TestDir;

#[tokio::test]
async fn a_change_reaches_whoever_looks_on() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let (_, key) = api.issue_for("sub_1").await;
    let mut stream = http()
        .get(format!("{}/console/live", gateway.url))
        .send()
        .await
        .expect("a stream");
    assert_eq!(stream.status().as_u16(), 200);
    let receipt = api.charge(&key, json!({})).await.expect(200).text("receipt_id");
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
