//! A webhook is sent again at once, also in a project whose clock was moved.

use serde_json::json;

use crate::process::console::browser::Browser;
use testkit::endpoint::{Endpoint, Temper};
use testkit::process::TestDir;
use testkit::{PATIENCE, until};

async fn until_received(endpoint: &Endpoint, wanted: usize) {
    until(PATIENCE, async || {
        let received = endpoint.received().len();
        if received < wanted { Err(received) } else { Ok(()) }
    })
    .await;
}

#[tokio::test]
async fn a_moved_clock_does_not_put_it_off() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let endpoint = Endpoint::start(&[Temper::Success]).await;
    let (_, key) = api.issue_for("sub_1").await;
    api.post("/sandbox/clock", json!({ "advance": "40d" }))
        .await
        .expect(200);
    let changes = json!({ "feedback_url": endpoint.url() });
    let receipt = api.charge(&key, changes).await.expect(200).text("receipt_id");
    until_received(&endpoint, 1).await;
    let browser = Browser::at(&gateway.url);
    let path = format!("/console/receipts/{receipt}/webhooks/");
    // It is written down as delivered a moment after it was.
    let resend = until(PATIENCE, async || {
        let page = browser.get(&format!("/console/receipts/{receipt}")).await.body;
        let form = page.split("action=\"").find(|part| part.starts_with(&path));
        let resend = form.and_then(|part| part.split('"').next()).map(str::to_owned);
        resend.filter(|_| page.contains("전달됨")).ok_or(page)
    })
    .await;
    let sent = browser.post(&resend, "").await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    until_received(&endpoint, 2).await;
    gateway.process.stop().await;
}
