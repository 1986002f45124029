//! A PG that is silent past the time for net-cancels: what was in doubt waits for a person, and is settled by the PG's own word
//! once it speaks again.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::{charge, fault, kept, key_of};
use testkit::process::TestDir;
use testkit::process::api::{Api, http};
use testkit::process::bank::Bank;
use testkit::process::run;

async fn advance(api: &Api, by: &str) {
    let body = json!({ "advance": by }).to_string();
    let moved = api
        .call(Method::POST, "/sandbox/clock", Some(body))
        .await
        .expect("an answer");
    assert_eq!(moved.status, 200, "{}", moved.body);
}

async fn states(dir: &TestDir) -> Vec<String> {
    let said = run(&["in-doubt", "--json", "--data", &dir.data_text()], &[]).await;
    let rows: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let rows = rows.as_array().expect("a list").iter();
    rows.map(|row| row["state"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn what_waited_for_a_person_is_looked_up_again_and_settled() {
    let dir = TestDir::empty();
    let bank = Bank::start(dir.path(), 0).await;
    let mut env = bank.settings();
    env.extend([("JADONG_PG_READ_TIMEOUT", "300ms"), ("JADONG_START_GRACE", "1s")]);
    let gateway = dir.serve(&env).await;
    let api = Api::new(&gateway.url);
    // Of the one the debit happened, of the other it did not.
    let (happened, never) = (key_of(&api, "sub_1", "0007").await, key_of(&api, "sub_2", "0008").await);
    for on in ["find-payment", "net-cancel"] {
        fault(&bank.url, json!({ "on": on, "kind": "drop-before", "times": 50_000 })).await;
    }
    let mut receipts = Vec::new();
    for (key, order) in [(&happened, "order_1"), (&never, "order_2")] {
        let unknown = charge(&api, key, order, 1_000, 0).await;
        assert_eq!(unknown.error_code(), "RC_CONFIRM_CRITICAL_FAILED", "{}", unknown.body);
        receipts.push(unknown.text("receipt_id"));
    }
    advance(&api, "90m").await;
    for _look in 0..200 {
        if states(&dir).await == ["needs_person", "needs_person"] {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(states(&dir).await, ["needs_person", "needs_person"]);
    let cleared = http()
        .delete(format!("{}/control/faults", bank.url))
        .body("{}")
        .send()
        .await;
    assert!(cleared.expect("the bank answers").status().is_success());

    advance(&api, "3h").await;
    for _look in 0..200 {
        if states(&dir).await.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(states(&dir).await.is_empty(), "{}", dir.log_text());
    let mut told = Vec::new();
    for receipt in &receipts {
        told.push(
            api.receipt(receipt)
                .await
                .expect("an answer")
                .number("status")
                .expect("a status"),
        );
    }
    let kept = kept(&bank, &receipts).await;
    // Undone by a net-cancel or kept: the record says what the bank has.
    assert_eq!(told[0] == 1, kept == [1_000], "{told:?} {kept:?}");
    assert_eq!(told[1], -2, "nothing was taken, and the order is free again");
    assert_eq!(
        charge(&api, &key_of(&api, "sub_3", "1234").await, "order_2", 1_000, 0)
            .await
            .status,
        200
    );
    gateway.process.stop().await;
}
