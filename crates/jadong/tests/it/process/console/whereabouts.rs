//! Addresses that lead somewhere, and what pages show as it was.

use serde_json::json;

use crate::process::console::browser::Browser;
use testkit::endpoint::{Endpoint, Temper};
use testkit::process::TestDir;
use testkit::{Merchant, PATIENCE, until};

/// A paid receipt and its key.
async fn paid(api: &Merchant, feedback_url: Option<&str>) -> (String, String) {
    let (_, key) = api.issue_for("sub_1").await;
    let changes = json!({ "price": 12_000, "feedback_url": feedback_url });
    let paid = api.charge(&key, changes).await.expect(200);
    (paid.text("receipt_id"), key)
}

#[tokio::test]
async fn a_link_without_its_project_leads_to_the_one_that_has_the_thing() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let other = dir.merchant(&gateway.url, "stranger").await;
    let (receipt, key) = paid(&other, None).await;
    let browser = Browser::at(&gateway.url).with("cookie", "jadong_project=sandbox");
    for path in [
        format!("/console/receipts/{receipt}"),
        format!("/console/keys/{key}"),
        format!("/console/doubts/{receipt}/settle"),
    ] {
        let led = browser.get(&path).await;
        assert!(
            led.status == 404 && led.body.contains("stranger"),
            "{path}: {}",
            led.body
        );
        // In a link, and not in a form that leads back here.
        let from = led
            .body
            .find(&format!("href=\"{path}?project="))
            .map(|at| at + 6)
            .expect("a way there");
        let there = led.body[from..].split('"').next().expect("a link").to_owned();
        let page = browser.get(&there).await;
        assert!(
            page.status == 200 || path.ends_with("settle"),
            "{there}: {}",
            page.status
        );
    }
    let by_name = browser
        .get(&format!("/console/receipts/{receipt}?project=stranger"))
        .await;
    assert_eq!(by_name.status, 200);
    let nowhere = browser.get("/console/receipts/66542dfb4d18d5fc7b43e1b6").await;
    assert_eq!(nowhere.status, 404);
    // What is decided, or still being found out, says so.
    let decided = browser
        .get(&format!("/console/doubts/{receipt}/settle?project=stranger"))
        .await;
    assert!(
        decided.status == 409 && decided.body.contains("이미 정해졌습니다"),
        "{}",
        decided.body
    );
    gateway.process.stop().await;
}

#[tokio::test]
async fn a_debit_that_is_still_asked_about_says_when_the_next_look_comes() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[("JADONG_PG_READ_TIMEOUT", "300ms")]).await;
    let api = gateway.merchant();
    let (_, key) = api.issue_for("sub_1").await;
    for (on, kind) in [
        ("charge", "drop-after"),
        ("find-payment", "drop-before"),
        ("net-cancel", "drop-before"),
    ] {
        let fault = json!({ "on": on, "kind": kind, "times": 1000 });
        api.post("/sandbox/faults", fault).await;
    }
    let receipt = api.charge(&key, json!({ "price": 12_000 })).await.text("receipt_id");
    let browser = Browser::at(&gateway.url);
    let page = browser.get(&format!("/console/doubts/{receipt}/settle")).await;
    assert_eq!(page.status, 409, "{}", page.body);
    assert!(
        page.body.contains("아직 사람이 정할 때가 아닙니다") && page.body.contains("다음 확인"),
        "{}",
        page.body
    );
    gateway.process.stop().await;
}

#[tokio::test]
async fn a_webhook_is_shown_byte_for_byte_as_it_was_sent() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let endpoint = Endpoint::start(&[Temper::Success]).await;
    let (receipt, _) = paid(&gateway.merchant(), Some(&endpoint.url())).await;
    let sent = until(PATIENCE, async || endpoint.received().pop().ok_or("it does not come"))
        .await
        .body;
    assert!(sent.contains("\"sequence\":1"), "{sent}");
    let page = Browser::at(&gateway.url)
        .get(&format!("/console/receipts/{receipt}"))
        .await;
    let shown = page
        .body
        .replace("&#34;", "\"")
        .replace("&#38;", "&")
        .replace("&quot;", "\"");
    assert!(shown.contains(&sent), "{sent}\n{shown}");
    gateway.process.stop().await;
}

#[tokio::test]
async fn a_favicon_is_asked_for_in_vain_and_no_request_of_the_list() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let browser = Browser::at(&gateway.url);
    for _ in 0..3 {
        assert_eq!(browser.get("/favicon.ico").await.status, 204);
    }
    let page = browser.get("/console/requests").await;
    assert!(!page.body.contains("favicon"), "{}", page.body);
    gateway.process.stop().await;
}

#[tokio::test]
async fn a_request_and_its_receipt_have_one_time_and_money_one_spelling() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    api.post("/sandbox/clock", json!({ "advance": "400d" })).await;
    paid(&api, None).await;
    let now = api.get("/sandbox/clock").await.text("now");
    let korean = Browser::at(&gateway.url);
    let requests = korean.get("/console/requests").await;
    assert!(requests.body.contains(&now[..10]), "{}", requests.body);
    assert!(korean.get("/console/receipts").await.body.contains("12,000원"));
    let english = Browser::at(&gateway.url).with("cookie", "jadong_language=en");
    let receipts = english.get("/console/receipts").await;
    assert!(
        receipts.body.contains("12,000 won") && !receipts.body.contains('원'),
        "{}",
        receipts.body
    );
    assert!(
        receipts.body.contains(" d</span>"),
        "how far the clock is ahead: {}",
        receipts.body
    );
    gateway.process.stop().await;
}

#[tokio::test]
async fn one_fault_is_switched_off_and_the_others_stay() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let browser = Browser::at(&gateway.url);
    for on in ["start", "charge"] {
        let added = browser
            .post("/console/faults", &format!("act=add&on={on}&kind=hang&times=2"))
            .await;
        assert_eq!(added.status, 303);
    }
    let page = browser.get("/console/faults").await;
    assert!(
        !page.body.contains("500 ms"),
        "no time where it means nothing: {}",
        page.body
    );
    assert_eq!(browser.post("/console/faults", "act=remove&id=1").await.status, 303);
    let left = gateway.merchant().get("/sandbox/faults").await.json();
    assert_eq!(
        (left["faults"].as_array().map(Vec::len), &left["faults"][0]["id"]),
        (Some(1), &json!(2))
    );
    assert_eq!(
        browser.post("/console/faults", "act=remove&id=1").await.status,
        303,
        "gone already"
    );
    assert_eq!(browser.post("/console/faults", "act=remove&id=x").await.status, 404);
    gateway.process.stop().await;
}
