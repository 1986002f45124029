//! `jadong explain`: was this customer debited? Of whatever has an id.

use reqwest::Method;
use serde_json::{Value, json};

use testkit::process::TestDir;
use testkit::process::api::Api;
use testkit::process::run;

async fn explained(dir: &TestDir, id: &str) -> Value {
    explained_in(dir, id, "en").await
}

async fn explained_in(dir: &TestDir, id: &str, lang: &str) -> Value {
    let data = dir.data_text();
    let said = run(&["explain", id, "--json", "--lang", lang, "--data", &data], &[]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    serde_json::from_str(&said.out).expect("JSON")
}

async fn posted(api: &Api, path: &str, body: Value) -> Value {
    let answer = api.call(Method::POST, path, Some(body.to_string())).await;
    answer.expect("an answer").json()
}

fn told(story: &Value) -> String {
    let events = story["events"].as_array().expect("events");
    let told = events.iter().map(|event| event["told"].as_str().expect("text"));
    told.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_reserve_is_explained_before_and_after_its_day() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = Api::new(&gateway.url);
    let (issuance, key) = api.issue("sub_1", "01012345678").await;
    let now = posted(&api, "/sandbox/clock", json!({"advance": "1s"})).await;
    let at = domain::written_time::parse(now["now"].as_str().expect("a time")).expect("a time");
    let due = at.plus_ms(24 * 60 * 60 * 1000).to_wire();
    let body = json!({"billing_key": key, "order_name": "구독", "price": 12_345, "order_id": "order-1", "reserve_execute_at": due});
    let asked = posted(&api, "/v2/subscribe/payment/reserve", body).await;
    let reserve = asked["reserve_id"].as_str().expect("a reserve").to_owned();

    let before = explained(&dir, &reserve).await;
    assert_eq!(before["kind"], json!("reserve"));
    let verdict = before["verdict"].as_str().expect("text");
    assert!(
        verdict.contains("not yet: due at") && !verdict.contains("아직"),
        "{verdict}"
    );
    let korean = explained_in(&dir, &reserve, "ko").await;
    let verdict = korean["verdict"].as_str().expect("text");
    assert!(verdict.contains("아직") && !verdict.contains("not yet"), "{verdict}");
    assert!(korean["facts"].to_string().contains("12,345원"), "{korean}");
    assert!(before["facts"].to_string().contains("12,345 won"), "{before}");

    posted(&api, "/sandbox/clock", json!({"advance": "2d"})).await;
    let after = explained(&dir, &reserve).await;
    let verdict = after["verdict"].as_str().expect("text");
    assert!(verdict.contains("yes: 12,345 won were debited"), "{verdict}");
    assert!(told(&after).contains("waiting → executing (by worker)"), "{after}");
    assert!(told(&after).contains("executing → done (by worker)"), "{after}");
    let data = dir.data_text();
    let told_in_korean = run(&["explain", &reserve, "--data", &data], &[("LC_ALL", "ko_KR.UTF-8")]).await;
    let words = ["예약 ", "12,345원", "기록", "완료"];
    assert!(
        words.iter().all(|word| told_in_korean.out.contains(word)),
        "{}",
        told_in_korean.out
    );
    let facts = after["facts"].as_array().expect("facts");
    let receipt = facts.iter().find(|fact| fact[0] == "receipt_id").expect("its payment");
    let payment = explained(&dir, receipt[1].as_str().expect("text")).await;
    assert_eq!(
        (&payment["kind"], &payment["verdict"]),
        (&json!("payment"), &after["verdict"])
    );
    assert_eq!(explained(&dir, &issuance).await["kind"], json!("issuance"));
    gateway.process.stop().await;
}

#[tokio::test]
async fn a_cash_receipt_that_stands_alone_is_explained_and_what_is_not_there_is_said() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = Api::new(&gateway.url);
    let body = json!({
        "pg": "nicepay", "price": 3_000, "order_name": "현장 결제", "cash_receipt_type": "소득공제",
        "user": {"username": "홍길동"}, "identity_no": "01087654321", "purchased_at": "2026-11-20T10:00:00+09:00",
        "order_id": "cash-1"
    });
    let issued = posted(&api, "/v2/request/cash/receipt", body).await;
    let id = issued["receipt_id"].as_str().unwrap_or_else(|| panic!("{issued}"));
    let story = explained(&dir, id).await;
    assert_eq!(story["kind"], json!("cash_receipt"));
    assert!(told(&story).contains("intended → issued"), "{story}");
    assert!(story["facts"].to_string().contains("3,000 won"), "{story}");
    assert!(!story.to_string().contains("01087654321"), "{story}");
    let page = crate::process::console::browser::Browser::at(&gateway.url);
    let found = page.get("/console/receipts?q=cash-1").await;
    let there = format!("/console/receipts/{id}");
    assert_eq!(
        (found.status, found.header("location")),
        (303, there.as_str()),
        "the console finds it"
    );
    let shown = page.get(&there).await;
    assert!(shown.status == 200 && shown.body.contains("발급됨"), "{}", shown.body);

    let data = dir.data_text();
    let said = run(&["explain", "000000000000000000000000", "--data", &data], &[]).await;
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("no receipt or reserve"), "{}", said.err);
    gateway.process.stop().await;
}

/// What is in the database from before ids were looked at, or by another's hand, moves no cursor and fakes no line.
#[tokio::test]
async fn what_a_merchant_wrote_steers_no_terminal() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = Api::new(&gateway.url);
    let (issuance, key) = api.issue("sub_1", "01012345678").await;
    let body = json!({"billing_key": key, "order_name": "구독", "price": 100, "order_id": "o", "feedback_url": "http://127.0.0.1:9/"});
    let paid = posted(&api, "/v2/subscribe/payment", body).await;
    let receipt = paid["receipt_id"].as_str().expect("a receipt").to_owned();
    let data = dir.data_text();
    let db = rusqlite::Connection::open(std::path::Path::new(&data).join("jadong.db")).expect("the database");
    let bad = "x\u{1b}[2J\u{1b}[31mFAKE: settled\u{1b}[0m\u{7}\n  yes: paid\u{202e}\u{9b}1m";
    for sql in [
        "UPDATE payment SET order_id = ?1, order_name = ?1",
        "UPDATE delivery SET url = ?1, last_result = ?1",
        "UPDATE billing_key SET holder_masked = ?1",
        "UPDATE issuance SET holder_masked = ?1, subscription_id = ?1, order_name = ?1",
    ] {
        db.execute(sql, [bad]).expect("written");
    }
    for command in [
        &["explain", receipt.as_str(), "--data", &data][..],
        &["explain", receipt.as_str(), "--json", "--data", &data],
        &["explain", issuance.as_str(), "--data", &data],
        &["webhook", "list", "--data", &data],
        &["webhook", "list", "--json", "--data", &data],
        &["in-doubt", "--data", &data],
        &["ars", "list", "--all", "--url", &gateway.url],
    ] {
        let said = run(command, &[]).await;
        let steers = |c: char| c != '\n' && domain::text::is_steering(c);
        assert!(
            !said.out.contains(steers) && !said.err.contains(steers),
            "{command:?}: {:?}",
            said.out
        );
        assert!(
            !said.out.lines().any(|line| line.starts_with("  yes: paid")),
            "{command:?}: {}",
            said.out
        );
    }
}

#[tokio::test]
async fn programs_get_states_and_numbers_and_another_folder_asks_the_sandbox() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = Api::new(&gateway.url);
    let (_, key) = api.issue("sub_1", "01012345678").await;
    let body =
        json!({"billing_key": key, "order_name": "구독", "price": 12_345, "tax_free": 345, "order_id": "order-1"});
    let paid = posted(&api, "/v2/subscribe/payment", body).await;
    let id = paid["receipt_id"].as_str().expect("an id");
    posted(
        &api,
        "/v2/cancel",
        json!({"receipt_id": id, "cancel_price": 1_000, "cancel_tax_free": 0, "cancel_id": "c"}),
    )
    .await;
    let told = explained_in(&dir, id, "ko").await;
    for (pointer, expected) in [
        ("/state", json!("partly_cancelled")),
        ("/debited", json!(true)),
        ("/data/order/price", json!(12_345)),
        ("/data/order/tax_free", json!(345)),
        ("/data/order/order_id", json!("order-1")),
        ("/data/cancelled_price", json!(1_000)),
        ("/data/balance", json!(11_345)),
        ("/data/billing_key", json!(key)),
        ("/events/0/to", json!("intended")),
    ] {
        assert_eq!(told.pointer(pointer), Some(&expected), "{pointer}: {told}");
    }
    assert!(told["events"][0]["at_ms"].is_i64(), "{told}");

    // Nowhere near the gateway's folder.
    let elsewhere = tempfile::tempdir().expect("a folder");
    let asked = async |args: &[&str], url: &str| {
        let args = [&["explain"], args].concat();
        let mut command = testkit::process::jadong(args, &[("JADONG_URL", url)]);
        command.current_dir(elsewhere.path()).output().await.expect("it runs")
    };
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    let said = asked(&[id, "--json", "--lang", "ko"], &gateway.url).await;
    let over_http: Value = serde_json::from_str(&text(&said.stdout)).expect("JSON");
    assert_eq!(over_http, told);
    let said = asked(&[id], &gateway.url).await;
    assert!(text(&said.stdout).contains("yes: 12,345 won"), "{}", text(&said.stderr));
    let said = asked(&["66542dfb4d18d5fc7b43e1b6"], &gateway.url).await;
    assert!(
        !said.status.success() && text(&said.stderr).contains("no receipt or reserve"),
        "{}",
        text(&said.stderr)
    );
    let said = asked(&[id], "http://127.0.0.1:1").await;
    assert!(text(&said.stderr).contains("--data"), "{}", text(&said.stderr));
    assert_eq!(
        std::fs::read_dir(elsewhere.path()).expect("a folder").count(),
        0,
        "nothing is made"
    );
}
