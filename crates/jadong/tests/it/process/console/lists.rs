//! Lists of the console: receipts of some days and their file, the reserves that are due next, all of one subscription, what moved.

use serde_json::json;
use testkit::process::TestDir;
use testkit::{PATIENCE, until};

use crate::process::console::browser::Browser;

/// The text of the element that begins so, to its end.
fn element<'a>(page: &'a str, begins: &str, ends: &str) -> &'a str {
    let from = page.find(begins).unwrap_or_else(|| panic!("no {begins}: {page}"));
    let until = page[from..].find(ends).map_or(page.len(), |end| from + end);
    &page[from..until]
}

#[tokio::test]
async fn receipts_of_some_days_are_listed_and_put_into_a_file() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let (api, browser) = (gateway.merchant(), Browser::at(&gateway.url));
    let (key, empty) = (api.key_of("1234").await, api.key_of("0001").await);
    let order = json!({ "order_id": "=HYPERLINK(\"http://evil\")", "order_name": "월, 구독 \"1\"" });
    let paid = api.charge(&key, order).await.expect(200).text("receipt_id");
    api.charge(&empty, json!({ "order_id": "declined" })).await;
    api.cancel(&paid, json!({ "cancel_price": 300 })).await.expect(200);
    let list = browser.get("/console/receipts").await.body;
    assert!(list.contains("−300원") && list.contains("잔액 부족"), "{list}");
    let file = browser.get("/console/receipts.csv").await;
    assert_eq!(
        (file.status, file.header("content-type")),
        (200, "text/csv; charset=utf-8")
    );
    let rows: Vec<&str> = file.body.trim_start_matches('\u{feff}').lines().collect();
    assert!(
        rows[0].starts_with("receipt_id,order_id,") && rows.len() == 3,
        "{rows:?}"
    );
    assert!(
        rows[1].contains(",declined,") && rows[1].contains(",insufficient_funds,"),
        "{rows:?}"
    );
    assert!(
        rows[2].contains("\"'=HYPERLINK(\"\"http://evil\"\")\",\"월, 구독 \"\"1\"\"\",partly_cancelled,1000,300,"),
        "{rows:?}"
    );
    assert!(
        !file.body.contains("12345678901234") && !file.body.contains("홍길동"),
        "{}",
        file.body
    );
    let only = browser.get("/console/receipts.csv?state=declined").await.body;
    assert_eq!(only.lines().count(), 2);
    // Of a day on which nothing was asked for, and of what is no day: no bound.
    let none = browser
        .get("/console/receipts.csv?since=2020-01-01&until=2020-01-01")
        .await
        .body;
    assert_eq!(none.lines().count(), 1, "{none}");
    for bad in [
        "since=yesterday",
        "since=2026-02-30&until=",
        "until=%00",
        "state=nothing",
    ] {
        assert_eq!(
            browser
                .get(&format!("/console/receipts.csv?{bad}"))
                .await
                .body
                .lines()
                .count(),
            3,
            "{bad}"
        );
        assert!(
            browser
                .get(&format!("/console/receipts?{bad}"))
                .await
                .body
                .contains("declined"),
            "{bad}"
        );
    }
    let late = browser.get("/console/receipts?since=2099-01-01&state=paid").await.body;
    assert!(!late.contains(&paid) && late.contains("value=\"2099-01-01\""), "{late}");
    let elsewhere = Browser::elsewhere(&gateway.url);
    assert_eq!(
        elsewhere.get("/console/receipts.csv").await.status,
        303,
        "nobody's without a session"
    );
    gateway.process.stop().await;
}

#[tokio::test]
async fn what_a_merchant_calls_by_one_subscription_is_on_one_page() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let (api, browser) = (gateway.merchant(), Browser::at(&gateway.url));
    let subscription = json!({ "subscription_id": "가입 & 7" });
    let issued = api.receipt(subscription.clone()).await;
    let key = api.publish(&issued).await.expect(200).text("billing_key");
    api.charge(&key, json!({ "order_id": "first-month" })).await.expect(200);
    let at = "2099-01-01T09:00:00+09:00";
    let reserved = api
        .reserve(&key, json!({ "order_id": "next-month", "reserve_execute_at": at }))
        .await;
    reserved.expect(200);
    api.key_of("5555").await;
    let page = browser.get(&format!("/console/receipts/{issued}")).await.body;
    let link = element(&page, "/console/customers?subscription_id=", "\"");
    let of_one = browser.get(link).await.body;
    for of_it in [issued.as_str(), "first-month", "next-month"] {
        assert!(of_one.contains(of_it), "{of_it}: {of_one}");
    }
    assert_eq!(of_one.matches("/console/receipts/").count(), 2, "{of_one}");
    // The reserve that is seventy years off is the next one.
    let next = browser.get("/console/reserves").await.body;
    assert!(
        element(&next, "<h2 class=\"first\">", "<ul class=\"days\">").contains("next-month"),
        "{next}"
    );
    for nobodys in [
        "",
        "?subscription_id=",
        "?subscription_id=nobody",
        "?subscription_id=%00%ff",
    ] {
        let page = browser.get(&format!("/console/customers{nobodys}")).await;
        assert!(
            page.status == 200 && !page.body.contains("first-month"),
            "{nobodys}: {}",
            page.body
        );
    }
    gateway.process.stop().await;
}

#[tokio::test]
async fn what_moved_is_summed_up_and_the_first_steps_end() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let (api, browser) = (gateway.merchant(), Browser::at(&gateway.url));
    let begun = browser.get("/console").await.body;
    assert_eq!(
        element(&begun, "<ol class=\"steps\">", "</ol>")
            .matches("<li class=\"done\">")
            .count(),
        0
    );
    let key = api.key_of("1234").await;
    let paid = api
        .charge(&key, json!({ "price": 7000 }))
        .await
        .expect(200)
        .text("receipt_id");
    api.charge(
        &api.key_of("0001").await,
        json!({ "order_id": "declined", "price": 500 }),
    )
    .await;
    for part in [1000, 500] {
        api.cancel(&paid, json!({ "cancel_price": part })).await.expect(200);
    }
    let page = browser.get("/console").await.body;
    let money = element(&page, "<table class=\"list money\">", "</table>");
    for sum in ["7,000원", "1,500원", "5,500원", "50 %"] {
        assert_eq!(money.matches(sum).count(), 3, "{sum}: {money}");
    }
    assert_eq!(
        element(&page, "<ol class=\"steps\">", "</ol>")
            .matches("<li class=\"done\">")
            .count(),
        2
    );
    // It is on disk soon, and then counted once.
    gateway.process.stop().await;
    let gateway = dir.serve(&[]).await;
    let browser = Browser::at(&gateway.url);
    until(PATIENCE, async || {
        let page = browser.get("/console").await.body;
        let money = element(&page, "<table class=\"list money\">", "</table>").to_owned();
        if money.matches("7,000원").count() == 3 {
            Ok(())
        } else {
            Err(money)
        }
    })
    .await;
    gateway.process.stop().await;
}

#[tokio::test]
async fn a_developer_finds_the_address_and_the_credentials() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let browser = Browser::at(&gateway.url);
    let page = browser.get("/console/developers").await.body;
    for wanted in [
        &*format!("{}/v2", gateway.url),
        "sandbox_client_key",
        "sandbox_secret_key",
        "sandbox_application_id",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    // Another project's secret is kept as a hash: it cannot be shown, and is not made up.
    let made = dir.create_project("it's a shop", &[]).await;
    let page = until(PATIENCE, async || {
        let page = browser.get("/console/developers?project=it%27s%20a%20shop").await.body;
        if page.contains(made["client_key"].as_str().expect("a key")) {
            Ok(page)
        } else {
            Err(page)
        }
    })
    .await;
    assert!(
        !page.contains(made["secret_key"].as_str().expect("a secret")) && !page.contains("sandbox_secret_key"),
        "{page}"
    );
    // As a shell wants it, and then as HTML does.
    assert!(
        page.contains("rotate-key &#39;it&#39;\\&#39;&#39;s a shop&#39;"),
        "{page}"
    );
    // Nor the one that everybody knows, once it opens nothing any more.
    let rotated = ["project", "rotate-key", "sandbox", "--overlap", "0s"];
    dir.run(&rotated, &[]).await.success();
    until(PATIENCE, async || {
        let page = browser.get("/console/developers?project=sandbox").await.body;
        if page.contains("sandbox_secret_key") {
            Err(page)
        } else {
            Ok(())
        }
    })
    .await;
    gateway.process.stop().await;
}
