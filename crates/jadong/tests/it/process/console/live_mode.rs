//! In live mode the console is on the private listener only, asks everybody for a password, and has nothing of the sandbox.

use reqwest::Method;
use serde_json::json;

use crate::process::console::browser::{Browser, user};
use testkit::process::{Gateway, TestDir};
use testkit::{Answer, Merchant};

const PASSWORD: &str = "correct horse battery";

/// Behind a proxy that speaks TLS; nothing here calls the PG.
const LIVE: [(&str, &str); 6] = [
    ("JADONG_MODE", "live"),
    ("JADONG_BEHIND_PROXY", "true"),
    ("JADONG_PG", "nicepay"),
    ("JADONG_PG_URL", "https://127.0.0.1:9"),
    ("JADONG_PG_CLIENT_KEY", "my-own-key"),
    ("JADONG_PG_SECRET_KEY", "12345678901234567890123456789012"),
];

/// A live gateway with one project, and that project's API.
async fn live(dir: &TestDir) -> (Gateway, Merchant) {
    let shop = dir.create_project("shop", &[]).await;
    let gateway = dir.serve(&LIVE).await;
    let api = Merchant::of_project(&gateway.url, &shop);
    (gateway, api)
}

fn private(gateway: &Gateway) -> String {
    gateway.metrics.trim_end_matches("/metrics").to_owned()
}

#[tokio::test]
async fn it_is_on_the_private_listener_and_asks_even_its_own_machine_for_a_password() {
    let dir = TestDir::empty();
    let (gateway, _) = live(&dir).await;
    let public = Browser::at(&gateway.url);
    for path in ["/console", "/console/sign-in", "/console/receipts", "/console/live"] {
        assert_eq!(public.get(path).await.status, 404, "public: {path}");
    }
    assert_eq!(public.post("/console/sign-in", "name=a&password=b").await.status, 404);

    user(&dir, &["add", "anna", "--role", "admin"], PASSWORD)
        .await
        .success();
    // By the name of this machine, from this machine: what a sandbox would let in.
    let mut anna = Browser::at(&private(&gateway)).with("x-forwarded-proto", "https");
    for path in ["/console", "/console/receipts", "/console/doubts"] {
        let page = anna.get(path).await;
        assert_eq!(
            (page.status, page.header("location")),
            (303, "/console/sign-in"),
            "{path}"
        );
    }
    assert_eq!(anna.post("/console/clock", "by=1d").await.status, 403);
    assert_eq!(anna.sign_in("anna", "wrong horse battery").await, 401);
    assert_eq!(anna.sign_in("anna", PASSWORD).await, 303);
    let page = anna.get("/console/receipts").await;
    assert!(
        page.status == 200 && page.body.contains("anna · 관리자"),
        "{}",
        page.body
    );
    assert_eq!(anna.get("/console/overview").await.status, 404);
    for path in [
        "/console",
        "/console/keys",
        "/console/reserves",
        "/console/doubts",
        "/console/requests",
    ] {
        assert_eq!(anna.get(path).await.status, 200, "{path}");
    }
    gateway.process.stop().await;
}

#[tokio::test]
async fn nothing_of_the_sandbox_is_there() {
    let dir = TestDir::empty();
    let (gateway, api) = live(&dir).await;
    for (method, path) in [
        (Method::GET, "/sandbox/clock"),
        (Method::POST, "/sandbox/clock"),
        (Method::GET, "/sandbox/calls"),
        (Method::GET, "/sandbox/phone"),
        (Method::POST, "/sandbox/phone"),
        (Method::GET, "/sandbox/faults"),
        (Method::POST, "/sandbox/faults"),
        (Method::DELETE, "/sandbox/faults"),
        (Method::GET, "/sandbox/scenarios"),
        (Method::GET, "/sandbox/events"),
    ] {
        let mut request = api.request(method.clone(), path);
        if method == Method::POST {
            request = request.json(&json!({ "advance": "1d", "by_hand": true }));
        }
        let answer = Answer::if_any(request).await.expect("an answer");
        assert_eq!(answer.status, 404, "{method} {path}: {}", answer.body);
    }
    user(&dir, &["add", "anna", "--role", "admin"], PASSWORD)
        .await
        .success();
    let mut anna = Browser::at(&private(&gateway));
    assert_eq!(anna.sign_in("anna", PASSWORD).await, 303);
    for path in ["/console/phone", "/console/faults"] {
        assert_eq!(anna.get(path).await.status, 404, "{path}");
    }
    let moved = anna.post("/console/clock", "by=40d").await;
    assert_eq!(moved.status / 100, 4, "live time is not moved: {}", moved.body);
    let page = anna.get("/console/reserves").await;
    assert!(
        !page.body.contains("/console/clock") && !page.body.contains("/console/phone"),
        "{}",
        page.body
    );
    gateway.process.stop().await;
}
