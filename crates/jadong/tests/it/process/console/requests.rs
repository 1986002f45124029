//! A request's page: what was sent and answered, without what may not be kept.

use serde_json::json;
use testkit::process::TestDir;

use crate::process::console::browser::Browser;

#[tokio::test]
async fn both_bodies_are_shown_and_no_account_and_the_receipt_leads_to_its_requests() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let (issued, key) = api.issue_for("sub_1").await;
    let order = json!({ "order_name": "<b>월 구독</b>", "metadata": { "account": "98765432109871" } });
    let paid = api.charge(&key, order).await.expect(200);
    let receipt = paid.text("receipt_id");
    let browser = Browser::at(&gateway.url);
    let of_receipt = browser.get(&format!("/console/receipts/{receipt}")).await.body;
    let link = of_receipt
        .split("href=\"")
        .find(|part| part.starts_with("/console/requests/"));
    let link = link.and_then(|part| part.split('"').next()).expect("its request");
    let page = browser.get(link).await.body;
    for shown in [&receipt, &key, "월 구독", "결제완료", "••••"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(
        page.contains("id=\"sent\"") && page.contains("id=\"answered\""),
        "{page}"
    );
    for hidden in ["<b>", "98765432109871", "홍길동\""] {
        assert!(!page.contains(hidden), "{hidden}: {page}");
    }
    // The issuance carries the account, the birth date and the telephone: none is on its page.
    let of_issuance = browser.get(&format!("/console/receipts/{issued}")).await.body;
    let links = of_issuance
        .split("href=\"")
        .filter(|part| part.starts_with("/console/requests/"));
    let links: Vec<_> = links.filter_map(|part| part.split('"').next()).collect();
    assert!(links.len() >= 2, "the request and its publish: {links:?}");
    for link in links {
        let page = browser.get(link).await.body;
        let body = page
            .split("<h2>")
            .filter(|part| part.contains("<pre id=\"sent\"") || part.contains("<pre id=\"answered\""));
        for part in body {
            for hidden in ["12345678901234", "01012345678", "900101"] {
                assert!(!part.contains(hidden), "{hidden}: {part}");
            }
        }
    }
    gateway.process.stop().await;
}

#[tokio::test]
async fn another_project_does_not_see_it() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let key = api.key_of("1234").await;
    let receipt = api.charge(&key, json!({})).await.expect(200).text("receipt_id");
    dir.run(&["project", "create", "other"], &[]).await.success();
    let browser = Browser::at(&gateway.url);
    let link = browser.get(&format!("/console/receipts/{receipt}")).await.body;
    let link = link
        .split("href=\"")
        .find(|part| part.starts_with("/console/requests/"));
    let link = link
        .and_then(|part| part.split('"').next())
        .expect("its request")
        .to_owned();
    testkit::until(testkit::PATIENCE, async || {
        let there = browser
            .get(&format!("{}?project=other", link.split('?').next().unwrap_or(&link)))
            .await;
        if there.status == 404 { Ok(()) } else { Err(there.body) }
    })
    .await;
    gateway.process.stop().await;
}
