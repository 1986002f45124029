//! The whole of a Monday through the shadow: the upstream's answers, byte for byte, and nothing that differs.

use reqwest::Method;
use serde_json::{Value, json};
use testkit::process::TestDir;
use testkit::{Merchant, TestGateway};

use super::Shadow;
use super::shim::Shim;

/// What the upstream says of it, and what came through the shadow.
async fn same_look(shadow: &Merchant, upstream: &Merchant, path: &str) {
    let [through, direct] = [shadow, upstream].map(|merchant| merchant.get(path));
    let (through, direct) = (through.await, direct.await);
    assert_eq!((through.status, &through.body), (direct.status, &direct.body), "{path}");
    let kept = ["content-type", "cache-control"].map(|name| (through.header(name), direct.header(name)));
    assert!(kept.iter().all(|(through, direct)| through == direct), "{kept:?}");
}

#[tokio::test]
async fn the_whole_story_is_the_upstreams_and_nothing_differs() {
    let gateway = TestGateway::start().await;
    let shim = Shim::before(&format!("http://{}", gateway.node.address), |_, _, _| {}).await;
    let shadow = Shadow::of(&shim.url).await;
    let (merchant, upstream) = (shadow.merchant(), gateway.merchant());
    let token = json!({ "application_id": "sandbox_application_id", "private_key": "sandbox_private_key" });
    let token = merchant.post("/v2/request/token", token).await.expect(200);
    let bearer = Merchant::at(&shadow.url).bearer(&token.text("access_token"));

    let receipt = bearer.receipt(json!({ "price": 500, "metadata": { "a": 1 } })).await;
    let published = bearer.publish(&receipt).await.expect(200);
    let key = published.text("billing_key");
    let paid = merchant
        .charge(&key, json!({ "order_id": "order_1" }))
        .await
        .expect(200);
    let payment = paid.text("receipt_id");
    let again = upstream.charge(&key, json!({ "order_id": "order_1" })).await;
    assert_eq!(
        paid.body, again.body,
        "what came through is what the upstream has stored"
    );
    for path in [
        format!("/v2/subscribe/billing_key/{receipt}"),
        format!("/v2/billing_key/{key}"),
        format!("/v2/receipt/{payment}?lookup_user_data=true"),
        "/v2/lookup/order/order_1".to_owned(),
        "/v2/receipt/6655069ca691573f1bb9c28a".to_owned(),
    ] {
        same_look(&merchant, &upstream, &path).await;
    }
    let part = merchant
        .cancel(&payment, json!({ "cancel_price": 300, "cancel_id": "part" }))
        .await;
    assert_eq!(part.expect(200).number("cancelled_price"), Some(300));
    merchant.cancel(&payment, json!({})).await.expect(200);
    let over = merchant.cancel(&payment, json!({})).await;
    assert_eq!(over.verdict(), "400 RC_ALREADY_CANCELLED");
    let reserve = json!({ "order_id": "order_2", "reserve_execute_at": "2030-01-01T00:00:00+09:00" });
    let reserve = merchant.reserve(&key, reserve).await.expect(200).text("reserve_id");
    merchant.reserved(&reserve).await;
    merchant
        .delete(&format!("/v2/subscribe/payment/reserve/{reserve}"))
        .await
        .expect(200);
    merchant
        .delete(&format!("/v2/subscribe/billing_key/{key}"))
        .await
        .expect(200);
    let dead = merchant.charge(&key, json!({ "order_id": "order_3" })).await;
    assert_eq!(dead.verdict(), "400 SUBSCRIBE_BK_EXPIRED");
    let blank = merchant
        .ask(json!({ "subscription_id": "transfer_2", "phone": "" }))
        .await;
    assert_eq!(blank.verdict(), "400 SUBSCRIBE_AT_PHONE_BLANK");

    let report = shadow.report(18).await;
    assert_eq!(
        (&report["different"], &report["same"]),
        (&json!(0), &json!(18)),
        "{report:#}"
    );
    assert_eq!(shim.came().len(), 18, "one for each, and none of the shadow's own");
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.debited(&payment), ledger.debits.len()), ((1, 0), 2));
    gateway.stop().await;
}

#[tokio::test]
async fn what_was_there_before_the_shadow_is_charged_once_and_compared() {
    let gateway = TestGateway::start().await;
    let upstream = gateway.merchant();
    let (_, key) = upstream.issue(json!({})).await;
    let old = upstream
        .charge(&key, json!({ "order_id": "before" }))
        .await
        .text("receipt_id");
    let shadow = Shadow::of(&format!("http://{}", gateway.node.address)).await;
    let merchant = shadow.merchant();
    let paid = merchant
        .charge(&key, json!({ "order_id": "order_1" }))
        .await
        .expect(200);
    merchant.cancel(&paid.text("receipt_id"), json!({})).await.expect(200);
    merchant.cancel(&old, json!({})).await.expect(200);
    let report = shadow.report(3).await;
    assert_eq!(
        (&report["same"], &report["as_described"]),
        (&json!(2), &json!(1)),
        "{report:#}"
    );
    let rows = report["endpoints"].as_array().expect("a list");
    let cancels = rows
        .iter()
        .find(|row| row["endpoint"] == "POST /v2/cancel")
        .expect("a row");
    assert_eq!(cancels["as_described"], json!({ "no_twin": 1 }));
    assert_eq!(gateway.pg.ledger().await.debits.len(), 2);
    gateway.stop().await;
}

/// What the bank decides is not compared with what a simulated bank would decide.
#[tokio::test]
async fn a_decline_is_the_banks_and_no_difference() {
    let gateway = TestGateway::start().await;
    let shadow = Shadow::of(&format!("http://{}", gateway.node.address)).await;
    let merchant = shadow.merchant();
    let key = merchant.key_of("0001").await;
    let declined = merchant.charge(&key, json!({})).await;
    assert_eq!(declined.verdict(), "400 RC_CONFIRM_FAILED");
    let wrong = Merchant::at(&shadow.url).basic("sandbox_client_key", "wrong");
    wrong.get("/v2/receipt/6655069ca691573f1bb9c28a").await.expect(401);
    let report = shadow.report(4).await;
    assert_eq!(
        (&report["different"], &report["as_described"]),
        (&json!(0), &json!(2)),
        "{report:#}"
    );
    gateway.stop().await;
}

#[tokio::test]
async fn sdks_are_told_apart_and_the_report_is_a_page_a_file_and_printed() {
    let gateway = TestGateway::start().await;
    let folder = TestDir::empty();
    let file = folder.path().join("shadow.json").to_str().expect("text").to_owned();
    let shadow = Shadow::with(
        &format!("http://{}", gateway.node.address),
        &["--report", &file, "--lang", "ko"],
    )
    .await;
    let merchant = shadow.merchant();
    for (kind, version) in [("301", "2.13.1"), ("302", "2.9.0")] {
        let request = merchant.request(Method::GET, "/v2//receipt/6655069ca691573f1bb9c28a.json");
        let request = request
            .header("BOOTPAY-SDK-TYPE", kind)
            .header("BOOTPAY-SDK-VERSION", version);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 404);
    }
    let report = shadow.report(2).await;
    let rows = report["endpoints"].as_array().expect("a list");
    let sdks: Vec<_> = rows.iter().map(|row| row["sdk"].as_str().expect("a name")).collect();
    assert_eq!(sdks, ["JavaScript 2.13.1", "Python 2.9.0"]);
    for (language, word) in [("ko", "엔드포인트"), ("en", "as described")] {
        let page = testkit::net::http()
            .get(format!("{}/?lang={language}", shadow.page))
            .send()
            .await;
        let page = page.expect("the page").text().await.expect("text");
        assert!(
            page.contains(word) && page.contains("GET /v2/receipt/{receipt_id}"),
            "{page}"
        );
    }
    let stranger = testkit::net::http()
        .get(&shadow.page)
        .header("host", "evil.example")
        .send()
        .await;
    assert_eq!(stranger.expect("an answer").status().as_u16(), 403);

    let (printed, log) = shadow.ended().await;
    assert!(
        printed.contains("JavaScript 2.13.1") && printed.contains("엔드포인트"),
        "{printed}"
    );
    let written: Value = serde_json::from_str(&std::fs::read_to_string(&file).expect("a file")).expect("JSON");
    assert_eq!(written["same"], json!(2));
    assert!(!log.contains("panic"), "{log}");
    gateway.stop().await;
}
