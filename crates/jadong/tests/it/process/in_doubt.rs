//! `jadong in-doubt` and `jadong resolve`, beside a gateway that is running.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use testkit::process::TestDir;
use testkit::process::api::{Api, http};
use testkit::process::bank::Bank;
use testkit::process::{PATIENCE, Said, run};

const TIMES: [(&str, &str); 2] = [("JADONG_PG_READ_TIMEOUT", "300ms"), ("JADONG_START_GRACE", "1s")];

async fn said(dir: &TestDir, args: &[&str]) -> Said {
    let data = dir.data_text();
    run(&[args, &["--data", data.as_str()]].concat(), &[("USER", "kim")]).await
}

async fn in_doubt(dir: &TestDir) -> Vec<Value> {
    let said = said(dir, &["in-doubt", "--json"]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    serde_json::from_str(&said.out).expect("JSON")
}

async fn fault(bank: &Bank, on: &str, kind: &str, times: u32) {
    let fault = json!({ "on": on, "kind": kind, "times": times }).to_string();
    let sent = http()
        .post(format!("{}/control/faults", bank.url))
        .body(fault)
        .send()
        .await;
    assert!(sent.expect("the bank answers").status().is_success());
}

#[tokio::test]
async fn an_operator_finds_a_debit_in_doubt_and_settles_it() {
    let dir = TestDir::empty();
    let bank = Bank::start(dir.path(), 0).await;
    let mut env = bank.settings();
    env.extend(TIMES);
    let gateway = dir.serve(&env).await;
    let api = Api::new(&gateway.url);
    let (_, key) = api.issue("sub_1", "01012340001").await;
    for (on, kind, times) in [
        ("charge", "drop-after", 1),
        ("find-payment", "drop-before", 5_000),
        ("net-cancel", "drop-before", 5_000),
    ] {
        fault(&bank, on, kind, times).await;
    }
    assert!(in_doubt(&dir).await.is_empty());
    let order = json!({ "billing_key": key, "order_name": "구독", "price": 9_900, "order_id": "order_1" });
    let asked = api
        .call(Method::POST, "/v2/subscribe/payment", Some(order.to_string()))
        .await
        .expect("an answer");
    assert_eq!(asked.error_code(), "RC_CONFIRM_CRITICAL_FAILED");
    let receipt_id = asked.text("receipt_id");

    let open = in_doubt(&dir).await;
    assert_eq!((open.len(), &open[0]["receipt_id"]), (1, &json!(receipt_id)));
    assert_eq!(
        (&open[0]["state"], &open[0]["price"], &open[0]["order_id"]),
        (&json!("in_doubt"), &json!(9_900), &json!("order_1"))
    );
    assert!(open[0]["next_rung_at"].is_string(), "{open:?}");
    for (lang, words) in [
        ("en", ["receipt", "won", "In doubt", "9,900"]),
        ("ko", ["영수증", "금액(원)", "미확정", "9,900"]),
    ] {
        let table = said(&dir, &["in-doubt", "--lang", lang]).await.out;
        assert!(words.iter().all(|word| table.contains(word)), "{table}");
    }
    let too_early = said(&dir, &["settle", &receipt_id, "paid", "--note", "x"]).await;
    assert_eq!(too_early.code, Some(1));
    assert!(too_early.err.contains("SETTLE_NOT_NEEDED"), "{}", too_early.err);

    let skip = json!({ "advance": "2h" }).to_string();
    api.call(Method::POST, "/sandbox/clock", Some(skip))
        .await
        .expect("an answer");
    for _look in 0..200 {
        if in_doubt(&dir).await[0]["state"] == "needs_person" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let open = in_doubt(&dir).await;
    assert_eq!(open[0]["state"], json!("needs_person"), "{open:?}");
    assert!(
        open[0]["next_rung_at"].is_string() && open[0]["last_rung"]["outcome"] == "unknown",
        "{open:?}"
    );

    let cleared = http()
        .delete(format!("{}/control/faults", bank.url))
        .body("{}")
        .send()
        .await;
    assert!(cleared.expect("the bank answers").status().is_success());
    let wrong = said(&dir, &["settle", &receipt_id, "voided", "--note", "전화 확인"]).await;
    assert_eq!(wrong.code, Some(1));
    assert!(
        wrong.err.contains("paid, 9900 won") && wrong.err.contains("--force"),
        "{}",
        wrong.err
    );
    let settled = said(&dir, &["settle", &receipt_id, "paid", "--note", "전화 확인"]).await;
    assert_eq!(settled.code, Some(0), "{}", settled.err);
    assert_eq!(settled.out.trim(), format!("{receipt_id} order_1 9900 won: paid"));
    assert!(in_doubt(&dir).await.is_empty());
    assert_eq!(
        api.receipt(&receipt_id).await.expect("an answer").number("status"),
        Some(1)
    );
    let told = said(&dir, &["explain", &receipt_id]).await;
    assert!(
        told.out.contains("needs_person → paid (by person) · kim: 전화 확인"),
        "{}",
        told.out
    );

    gateway.process.stop().await;
    let down = said(&dir, &["settle", &receipt_id, "paid", "--note", "x"]).await;
    assert_eq!(down.code, Some(1));
    assert!(down.err.contains("no gateway serves"), "{}", down.err);
}

async fn post(api: &Api, path: &str, body: Value) -> testkit::process::api::Answer {
    let sent = api.call(Method::POST, path, Some(body.to_string())).await;
    sent.expect("an answer")
}

/// The PG never answers about the cancels; its back office does.
#[tokio::test]
async fn an_operator_ends_a_cancel_that_has_no_answer() {
    let dir = TestDir::empty();
    let bank = Bank::start(dir.path(), 0).await;
    let mut env = bank.settings();
    env.extend(TIMES);
    let gateway = dir.serve(&env).await;
    let api = Api::new(&gateway.url);
    let (_, key) = api.issue("sub_1", "01012340001").await;
    let mut receipts = Vec::new();
    for order in ["yes", "no"] {
        let body = json!({ "billing_key": key, "order_name": "구독", "price": 9_900, "order_id": order });
        receipts.push(post(&api, "/v2/subscribe/payment", body).await.text("receipt_id"));
    }
    let settle = async |receipt: &str, more: &[&str]| {
        let args = [&["settle", receipt], more, &["--note", "관리자 화면 01012345678"]].concat();
        said(&dir, &args).await
    };
    let early = settle(&receipts[0], &["given-back"]).await;
    assert!(
        early.code == Some(1) && early.err.contains("SETTLE_NOT_NEEDED"),
        "{}",
        early.err
    );

    fault(&bank, "cancel", "drop-before", 50_000).await;
    fault(&bank, "find-payment", "drop-before", 50_000).await;
    for receipt in &receipts {
        let body = json!({ "receipt_id": receipt, "cancel_price": 900, "cancel_id": "c" });
        let asked = post(&api, "/v2/cancel", body).await;
        assert_eq!(asked.error_code(), "RC_CANCEL_CRITICAL_ERROR", "{}", asked.body);
    }
    // The PG is silent: who looked is believed.
    let given_back = settle(&receipts[0], &["given-back"]).await;
    assert_eq!(given_back.code, Some(0), "{}", given_back.err);
    assert!(given_back.out.contains("partly_cancelled"), "{}", given_back.out);
    let now = api.receipt(&receipts[0]).await.expect("an answer");
    assert_eq!(now.number("cancelled_price"), Some(900), "{}", now.body);
    let told = said(&dir, &["explain", &receipts[0], "--json"]).await.out;
    assert!(told.contains("관리자 화면") && !told.contains("01012345678"), "{told}");
    let twice = settle(&receipts[0], &["not-given-back"]).await;
    assert!(twice.err.contains("SETTLE_NOT_NEEDED"), "{}", twice.err);

    let cleared = http()
        .delete(format!("{}/control/faults", bank.url))
        .body("{}")
        .send()
        .await;
    assert!(cleared.expect("the bank answers").status().is_success());
    fault(&bank, "cancel", "drop-before", 50_000).await;
    let contradicted = settle(&receipts[1], &["given-back"]).await;
    assert!(
        contradicted.err.contains("--force"),
        "{}{}",
        contradicted.out,
        contradicted.err
    );
    let not = settle(&receipts[1], &["not-given-back"]).await;
    assert_eq!(not.code, Some(0), "{}", not.err);
    assert!(not.out.contains("paid"), "{}", not.out);
    let again = json!({ "receipt_id": receipts[1], "cancel_price": 900, "cancel_id": "c" });
    let again = post(&api, "/v2/cancel", again).await;
    assert_eq!(again.error_code(), "RC_CANCEL_SERVER_ERROR");
    assert!(
        !again.body.contains("관리자 화면"),
        "an operator's note is the operator's: {}",
        again.body
    );
    let cleared = http()
        .delete(format!("{}/control/faults", bank.url))
        .body("{}")
        .send()
        .await;
    assert!(cleared.expect("the bank answers").status().is_success());
    let anew = json!({ "receipt_id": receipts[1], "cancel_price": 900, "cancel_id": "d" });
    // On a busy machine the PG may take longer than its time; then the worker finds out.
    let anew = post(&api, "/v2/cancel", anew).await;
    assert!(
        anew.status == 200 || anew.error_code() == "RC_CANCEL_CRITICAL_ERROR",
        "{}",
        anew.body
    );
    let since = std::time::Instant::now();
    while !in_doubt(&dir).await.is_empty() {
        assert!(since.elapsed() < PATIENCE, "{:?}", in_doubt(&dir).await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let now = api.receipt(&receipts[1]).await.expect("an answer");
    assert_eq!(now.number("cancelled_price"), Some(900), "{}", now.body);
}

/// While the PG is being asked, nobody can say that the money was not given back.
#[tokio::test]
async fn a_cancel_that_is_being_asked_for_is_nobodys_to_end() {
    let dir = TestDir::empty();
    let bank = Bank::start(dir.path(), 0).await;
    let mut env = bank.settings();
    env.push(("JADONG_PG_READ_TIMEOUT", "3s"));
    let gateway = dir.serve(&env).await;
    let api = Api::new(&gateway.url);
    let (_, key) = api.issue("sub_1", "01012340001").await;
    let body = json!({ "billing_key": key, "order_name": "구독", "price": 9_900, "order_id": "order_1" });
    let receipt = post(&api, "/v2/subscribe/payment", body).await.text("receipt_id");
    fault(&bank, "cancel", "hang", 1).await;
    let asking = tokio::spawn({
        let (api, receipt) = (api.clone(), receipt.clone());
        async move { post(&api, "/v2/cancel", json!({ "receipt_id": receipt })).await }
    });
    let args = ["settle", receipt.as_str(), "not-given-back", "--note", "x"];
    for _try in 0..5 {
        let said = said(&dir, &args).await;
        assert!(said.err.contains("SETTLE_NOT_NEEDED"), "{}{}", said.out, said.err);
    }
    assert!(!asking.is_finished());
    let asked = asking.await.expect("no panic");
    assert_eq!(asked.error_code(), "RC_CANCEL_CRITICAL_ERROR", "{}", asked.body);
    let said = said(&dir, &args).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
}
