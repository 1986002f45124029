//! `jadong explain`: was this customer debited? Of whatever has an id.

use serde_json::{Value, json};
use testkit::process::{TestDir, ended, jadong, run};

async fn explained(dir: &TestDir, id: &str) -> Value {
    explained_in(dir, id, "en").await
}

async fn explained_in(dir: &TestDir, id: &str, lang: &str) -> Value {
    dir.run(&["explain", id, "--json", "--lang", lang], &[])
        .await
        .success()
        .json()
}

fn events(story: &Value) -> String {
    let events = story["events"].as_array().expect("events").iter();
    let lines = events.map(|event| event["told"].as_str().expect("text"));
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_reserve_is_explained_before_and_after_its_day() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let (issuance, key) = api.issue_for("sub_1").await;
    let now = api.post("/sandbox/clock", json!({"advance": "1s"})).await.json();
    let at = domain::written_time::parse(now["now"].as_str().expect("a time")).expect("a time");
    let due = at.plus_ms(24 * 60 * 60 * 1000).to_wire();
    let changes = json!({ "price": 12_345, "reserve_execute_at": due });
    let reserve = api.reserve(&key, changes).await.expect(200).text("reserve_id");

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

    api.post("/sandbox/clock", json!({ "advance": "2d" })).await.expect(200);
    let after = explained(&dir, &reserve).await;
    let verdict = after["verdict"].as_str().expect("text");
    assert!(verdict.contains("yes: 12,345 won were debited"), "{verdict}");
    assert!(events(&after).contains("waiting → executing (by worker)"), "{after}");
    assert!(events(&after).contains("executing → done (by worker)"), "{after}");
    let in_korean = dir.run(&["explain", &reserve], &[("LC_ALL", "ko_KR.UTF-8")]).await;
    let words = ["예약 ", "12,345원", "기록", "완료"];
    assert!(
        words.iter().all(|word| in_korean.out.contains(word)),
        "{}",
        in_korean.out
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
    let api = gateway.merchant();
    let body = json!({
        "pg": "nicepay", "price": 3_000, "order_name": "현장 결제", "cash_receipt_type": "소득공제",
        "user": {"username": "홍길동"}, "identity_no": "01087654321", "purchased_at": "2026-11-20T10:00:00+09:00",
        "order_id": "cash-1"
    });
    let id = &api
        .post("/v2/request/cash/receipt", body)
        .await
        .expect(200)
        .text("receipt_id");
    let story = explained(&dir, id).await;
    assert_eq!(story["kind"], json!("cash_receipt"));
    assert!(events(&story).contains("intended → issued"), "{story}");
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

    let unknown = dir.run(&["explain", "000000000000000000000000"], &[]).await;
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.err.contains("no receipt or reserve"), "{}", unknown.err);
    gateway.process.stop().await;
}

/// What is in the database from before ids were looked at, or by another's hand, moves no cursor and fakes no line.
#[tokio::test]
async fn what_a_merchant_wrote_steers_no_terminal() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let (issuance, key) = api.issue_for("sub_1").await;
    let changes = json!({ "feedback_url": "http://127.0.0.1:9/" });
    let receipt = api.charge(&key, changes).await.expect(200).text("receipt_id");
    let db = rusqlite::Connection::open(dir.data().join("jadong.db")).expect("the database");
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
        &["explain", receipt.as_str()][..],
        &["explain", receipt.as_str(), "--json"],
        &["explain", issuance.as_str()],
        &["webhook", "list"],
        &["webhook", "list", "--json"],
        &["in-doubt"],
        &["ars", "list", "--all", "--url", &gateway.url],
    ] {
        let output = if command[0] == "ars" {
            run(command, &[]).await
        } else {
            dir.run(command, &[]).await
        };
        let steers = |c: char| c != '\n' && domain::text::is_steering(c);
        assert!(
            !output.out.contains(steers) && !output.err.contains(steers),
            "{command:?}: {:?}",
            output.out
        );
        assert!(
            !output.out.lines().any(|line| line.starts_with("  yes: paid")),
            "{command:?}: {}",
            output.out
        );
    }
}

#[tokio::test]
async fn programs_get_states_and_numbers_and_another_folder_asks_the_sandbox() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let (_, key) = api.issue_for("sub_1").await;
    let changes = json!({ "price": 12_345, "tax_free": 345, "order_id": "order-1" });
    let id = &api.charge(&key, changes).await.expect(200).text("receipt_id");
    let part = json!({ "cancel_price": 1_000, "cancel_tax_free": 0, "cancel_id": "c" });
    api.cancel(id, part).await.expect(200);
    let explained = explained_in(&dir, id, "ko").await;
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
        assert_eq!(explained.pointer(pointer), Some(&expected), "{pointer}: {explained}");
    }
    assert!(explained["events"][0]["at_ms"].is_i64(), "{explained}");

    // Nowhere near the gateway's folder.
    let elsewhere = tempfile::tempdir().expect("a folder");
    let explain = async |args: &[&str], url: &str| {
        let mut command = jadong([&["explain"], args].concat(), &[("JADONG_URL", url)]);
        ended(command.current_dir(elsewhere.path()).spawn().expect("it starts")).await
    };
    let over_http = explain(&[id, "--json", "--lang", "ko"], &gateway.url).await.json();
    assert_eq!(over_http, explained);
    let output = explain(&[id], &gateway.url).await;
    assert!(output.out.contains("yes: 12,345 won"), "{}", output.err);
    let output = explain(&["66542dfb4d18d5fc7b43e1b6"], &gateway.url).await;
    assert_ne!(output.code, Some(0));
    assert!(output.err.contains("no receipt or reserve"), "{}", output.err);
    let output = explain(&[id], "http://127.0.0.1:1").await;
    assert!(output.err.contains("--data"), "{}", output.err);
    assert_eq!(
        std::fs::read_dir(elsewhere.path()).expect("a folder").count(),
        0,
        "nothing is made"
    );
}
