//! What pages hold, and what never.

use serde_json::json;

use crate::process::console::browser::Browser;
use testkit::process::TestDir;

const SECTIONS: [&str; 6] = [
    "/console/receipts",
    "/console/receipts?kind=issuances",
    "/console/keys",
    "/console/reserves",
    "/console/doubts",
    "/console/audit",
];

#[tokio::test]
async fn a_page_speaks_the_persons_language_and_runs_no_script_but_ours() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let korean = Browser::at(&gateway.url).with("accept-language", "ko-KR");
    let english = Browser::at(&gateway.url).with("accept-language", "en-GB, ko;q=0.5");
    for section in SECTIONS {
        let page = korean.get(section).await;
        assert_eq!(page.status, 200, "{section}");
        assert!(page.body.contains("<html lang=\"ko\""), "{section}");
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("script-src 'self'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("cache-control"), "no-store", "{section}");
        for refused in ["style=\"", "onclick", "javascript:", "<style", "http://", "https://"] {
            assert!(!page.body.contains(refused), "{section} has {refused}");
        }
        let inline = page.body.matches("<script").count() - page.body.matches("<script src=\"/console/assets/").count();
        assert_eq!(inline, 0, "{section}");
        let page = english.get(section).await;
        assert!(page.body.contains("<html lang=\"en\""), "{section}");
        assert!(page.body.contains("Billing keys"), "{section}");
        let body = page.body.replace("한국어", "");
        let hangul = body
            .chars()
            .filter(|character| ('가'..='힣').contains(character))
            .count();
        assert_eq!(hangul, 0, "{section} in English has Korean words");
    }
    let chosen = Browser::at(&gateway.url).with("cookie", "jadong_language=en; jadong_theme=dark");
    let page = chosen.get("/console/receipts").await;
    assert!(page.body.contains("<html lang=\"en\" data-theme=\"dark\""));
    gateway.process.stop().await;
}

#[tokio::test]
async fn a_search_finds_whole_ids_of_its_project_and_nothing_is_taken_for_markup() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let changes = json!({ "subscription_id": "sub-<b>1", "order_name": "<script>alert(1)</script>" });
    let (receipt, key) = api.issue(changes).await;
    let browser = Browser::at(&gateway.url);
    for (query, leads_to) in [
        (receipt.as_str(), format!("/console/receipts/{receipt}")),
        (key.as_str(), format!("/console/keys/{key}")),
        ("sub-%3Cb%3E1", format!("/console/receipts/{receipt}")),
    ] {
        let page = browser.get(&format!("/console/receipts?q={query}")).await;
        assert_eq!(
            (page.status, page.header("location")),
            (303, leads_to.as_str()),
            "{query}"
        );
    }
    let nothing = browser.get("/console/receipts?q=sub").await;
    assert_eq!(nothing.status, 200, "half an id finds nothing");
    assert!(!nothing.body.contains(&receipt));
    for path in [
        format!("/console/receipts/{receipt}"),
        "/console/receipts?kind=issuances".to_owned(),
    ] {
        let page = browser.get(&path).await;
        assert!(page.body.contains(&receipt), "{path}");
        assert!(
            !page.body.contains("<script>") && !page.body.contains("sub-<b>"),
            "{path}"
        );
    }
    let nowhere = browser.get("/console/receipts/6655069ca691573f1bb9c28a").await;
    assert_eq!(nowhere.status, 404);
    gateway.process.stop().await;
}

/// Planted where they belong, and searched on every page that could show them.
#[tokio::test]
async fn no_page_shows_an_account_an_identity_or_a_phone() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let (receipt, key) = api.issue_for("sub_1").await;
    let changes = json!({ "price": 9900, "feedback_url": format!("{}/nowhere", gateway.url),
        "user": { "phone": "01012345678", "username": "홍길동" } });
    let payment = api.charge(&key, changes).await.expect(200).text("receipt_id");
    let browser = Browser::at(&gateway.url);
    let cancel = format!("/console/receipts/{payment}/cancel");
    let cancelled = browser.post(&cancel, "price=100&message=01012345678").await;
    assert_eq!(cancelled.status, 303);
    let mut paths: Vec<String> = SECTIONS.map(str::to_owned).into();
    paths.extend([
        format!("/console/receipts/{receipt}"),
        format!("/console/receipts/{payment}"),
        format!("/console/keys/{key}"),
    ]);
    let assets = 100 * 1024;
    for path in paths {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        for secret in [
            "12345678901234",
            "900101",
            "01012345678",
            "010-1234-5678",
            "sandbox_secret_key",
        ] {
            assert!(!page.body.contains(secret), "{path} shows {secret}");
        }
        assert!(
            page.body.len() + assets < 150 * 1024,
            "{path}: {} bytes",
            page.body.len()
        );
    }
    gateway.process.stop().await;
}
