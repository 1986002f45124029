//! The page of webhooks: where they go, what they are signed with, and what came of each.

use serde_json::json;
use testkit::endpoint::{Endpoint, Temper};
use testkit::process::TestDir;
use testkit::{PATIENCE, until};

use crate::process::console::browser::{Browser, user};

const PASSWORD: &str = "correct horse battery";

/// A form's text, as a browser sends it.
fn form(name: &str, value: &str) -> String {
    format!(
        "{name}={}",
        url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>()
    )
}

#[tokio::test]
async fn its_url_is_set_and_what_is_sent_there_is_listed() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let endpoint = Endpoint::start(&[Temper::Success]).await;
    let browser = Browser::at(&gateway.url);
    // Nothing that nothing can be sent to, and what was there stays.
    for bad in [
        "example.com/hook",
        "ftp://example.com",
        "http://",
        "http://a:b@example.com",
        "javascript:alert(1)",
    ] {
        let refused = browser.post("/console/webhooks", &form("webhook_url", bad)).await;
        assert_eq!(refused.status, 400, "{bad}");
    }
    let set = browser
        .post(
            "/console/webhooks",
            &form("webhook_url", &format!(" {} ", endpoint.url())),
        )
        .await;
    assert_eq!(set.status, 303, "{}", set.body);
    let key = api.key_of("1234").await;
    let receipt = api.charge(&key, json!({})).await.expect(200).text("receipt_id");
    let page = until(PATIENCE, async || {
        let page = browser.get("/console/webhooks?state=delivered").await.body;
        if page.contains(&receipt) { Ok(page) } else { Err(page) }
    })
    .await;
    assert!(
        page.contains(&endpoint.url()) && page.contains("PAYMENT_COMPLETED"),
        "{page}"
    );
    let none = browser.get("/console/webhooks?state=exhausted").await.body;
    assert!(!none.contains(&receipt), "{none}");
    // A state that there is none of, and an id that is none: the whole list.
    let all = browser.get("/console/webhooks?state=%00&before=").await;
    assert!(all.status == 200 && all.body.contains(&receipt), "{}", all.body);
    let off = browser.post("/console/webhooks", "").await;
    assert_eq!(off.status, 303, "{}", off.body);
    let untold = api.charge(&key, json!({ "order_id": "order_2" })).await.expect(200);
    let all = browser.get("/console/webhooks").await.body;
    assert!(
        all.contains(&receipt) && !all.contains(&untold.text("receipt_id")),
        "none from then on: {all}"
    );
    // The page's command is pasted into a shell.
    let odd = format!("{}?a='$(id)'", endpoint.url());
    let set = browser.post("/console/webhooks", &form("webhook_url", &odd)).await;
    assert_eq!(set.status, 303, "{}", set.body);
    let page = browser.get("/console/webhooks").await.body;
    assert!(page.contains("?a=%27$(id)%27&#39;"), "{page}");
    gateway.process.stop().await;
}

#[tokio::test]
async fn of_an_endpoint_that_refuses_the_page_says_so() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let endpoint = Endpoint::start(&[Temper::Status(500)]).await;
    let browser = Browser::at(&gateway.url);
    let url = form("webhook_url", &endpoint.url());
    assert_eq!(browser.post("/console/webhooks", &url).await.status, 303);
    let key = api.key_of("1234").await;
    api.charge(&key, json!({})).await.expect(200);
    until(PATIENCE, async || {
        let page = browser.get("/console/webhooks?state=pending").await.body;
        let is_told = page.contains("엔드포인트가 받지 못하고 있습니다") && page.contains("500");
        if is_told { Ok(()) } else { Err(page) }
    })
    .await;
    gateway.process.stop().await;
}

#[tokio::test]
async fn the_secret_is_shown_to_who_may_and_that_is_written_down() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let browser = Browser::at(&gateway.url);
    let secret = async || {
        dir.run(&["webhook", "secret", "sandbox"], &[])
            .await
            .success()
            .out
            .trim()
            .to_owned()
    };
    let first = secret().await;
    assert!(
        !browser.get("/console/webhooks").await.body.contains(&first[6..]),
        "only where it is asked for"
    );
    let page = browser.post("/console/webhooks/secret", "").await;
    assert!(page.status == 200 && page.body.contains(&first), "{}", page.body);
    assert_eq!(page.header("cache-control"), "no-store", "and kept by no browser");
    assert_eq!(browser.post("/console/webhooks/rotate", "").await.status, 303);
    let second = secret().await;
    assert_ne!(first, second);
    let page = browser.post("/console/webhooks/secret", "").await.body;
    assert!(page.contains(&second) && !page.contains(&first), "{page}");
    assert!(page.contains("이전 비밀도 함께 서명하는 기한"), "{page}");
    let audit = browser.get("/console/audit").await.body;
    assert!(
        audit.contains("서명 비밀 조회") && audit.contains("서명 비밀 교체"),
        "{audit}"
    );
    assert!(!audit.contains("whsec_"), "{audit}");

    for role in ["viewer", "operator"] {
        user(&dir, &["add", role, "--role", role], PASSWORD).await.success();
        let mut person = Browser::elsewhere(&gateway.url);
        assert_eq!(person.sign_in(role, PASSWORD).await, 303);
        for path in ["secret", "rotate"] {
            let refused = person.post(&format!("/console/webhooks/{path}"), "").await;
            assert_eq!(refused.status, 403, "{role} {path}");
        }
        assert_eq!(person.post("/console/webhooks", "").await.status, 403, "{role}");
        let page = person.get("/console/webhooks").await;
        assert!(
            page.status == 200 && !page.body.contains("webhooks/secret"),
            "{}",
            page.body
        );
    }
    assert_eq!(secret().await, second);
    gateway.process.stop().await;
}
