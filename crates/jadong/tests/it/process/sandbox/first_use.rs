//! Two jobs of a build at one server, each with credentials of its own that it has made up.

use serde_json::json;
use testkit::Merchant;
use testkit::process::TestDir;

use super::{by_hand, call, ringing};

#[tokio::test]
async fn neither_the_telephone_nor_the_faults_of_one_are_those_of_the_other() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let job = |word: &str| Merchant::at(&gateway.url).basic(word, word);
    let (one, two) = (job("sandbox_one"), job("sandbox_two"));
    by_hand(&one).await;
    one.post("/sandbox/faults", json!({ "kind": "refuse", "on": "charge" }))
        .await
        .expect(200);
    let asking = {
        let one = one.clone();
        tokio::spawn(async move { one.ask(json!({ "subscription_id": "of_one" })).await })
    };
    // Its customers answer by themselves, and its debits go through.
    let (_, key) = two.issue_for("of_two").await;
    let paid = two.charge(&key, json!({ "order_id": "order" })).await;
    assert_eq!(paid.verdict(), "200");
    assert!(ringing(&two).await.is_empty());
    let rings = call(&one).await;
    let receipt_id = rings["receipt_id"].as_str().expect("text");
    one.post(&format!("/sandbox/calls/{receipt_id}"), json!({ "answer": "agree" }))
        .await
        .expect(200);
    let asked = asking.await.expect("no panic");
    assert_eq!(
        (asked.status, asked.number("status")),
        (200, Some(41)),
        "{}",
        asked.body
    );
    let published = one.publish(receipt_id).await;
    let declined = one
        .charge(&published.text("billing_key"), json!({ "order_id": "order" }))
        .await;
    assert_eq!(declined.error_code(), "RC_CONFIRM_FAILED", "{}", declined.body);
}
