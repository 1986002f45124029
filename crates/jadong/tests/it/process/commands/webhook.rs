//! `jadong webhook list|resend`, beside the gateway that delivers.

use serde_json::{Value, json};
use testkit::endpoint::{Endpoint, Temper};
use testkit::process::TestDir;
use testkit::{PATIENCE, until};

/// Waits until the receipt's one webhook stands like this.
async fn stands(dir: &TestDir, receipt: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let args = ["webhook", "list", "--receipt", receipt, "--json"];
    until(PATIENCE, async || {
        let list = dir.run(&args, &[]).await.success().json();
        if !wanted(&list[0]) {
            return Err(list);
        }
        assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
        Ok(list[0].clone())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_listed_and_sent_again() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let endpoint = Endpoint::start(&[Temper::Success]).await;
    let api = gateway.merchant();
    let (_, key) = api.issue_for("webhook-list").await;
    let changes = json!({ "feedback_url": endpoint.url() });
    let receipt = api.charge(&key, changes).await.expect(200).text("receipt_id");
    let first = stands(&dir, &receipt, |row| row["state"] == "delivered").await;
    assert_eq!(first["webhook_type"], "PAYMENT_COMPLETED");
    assert_eq!((&first["attempts"], &first["last_result"]), (&json!(1), &json!("200")));
    assert_eq!(first["url"], endpoint.url());

    let id = first["delivery_id"].as_str().expect("an id");
    dir.run(&["webhook", "resend", id], &[]).await.success();
    let received = until(PATIENCE, async || {
        let received = endpoint.received();
        if received.len() < 2 {
            Err(received)
        } else {
            Ok(received)
        }
    })
    .await;
    assert_eq!(received[0].body, received[1].body, "the same webhook, sequence and all");
    stands(&dir, &receipt, |row| row["state"] == "delivered").await;
}

/// Who has set it and debits at once is told there: nothing is lost between the command and the gateway that reads it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_debited_after_the_url_was_set_is_told_there() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let endpoint = Endpoint::start(&[Temper::Success]).await;
    let api = gateway.merchant();
    let (_, key) = api.issue_for("webhook-set").await;
    let set = dir.run(&["webhook", "set", "sandbox", &endpoint.url()], &[]).await;
    set.success();
    let receipt = api.charge(&key, json!({})).await.expect(200).text("receipt_id");
    stands(&dir, &receipt, |row| row["state"] == "delivered").await;
    assert_eq!(endpoint.received().len(), 1);
    gateway.process.stop().await;
}
