//! `jadong in-doubt` and `jadong settle`, beside a gateway that is running.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Api, http};
use crate::bank::Bank;
use crate::gateway::House;
use crate::process::{Said, run};

const TIMES: [(&str, &str); 2] = [("JADONG_PG_READ_TIMEOUT", "300ms"), ("JADONG_START_GRACE", "1s")];

async fn said(house: &House, args: &[&str]) -> Said {
    let data = house.data_text();
    run(&[args, &["--data", data.as_str()]].concat(), &[("USER", "kim")]).await
}

async fn in_doubt(house: &House) -> Vec<Value> {
    let said = said(house, &["in-doubt", "--json"]).await;
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
    let house = House::new();
    let bank = Bank::start(house.path(), 0).await;
    let mut env = bank.settings();
    env.extend(TIMES);
    let gateway = house.serve(&env).await;
    let api = Api::new(&gateway.url);
    let (_, key) = api.issue("sub_1", "01012340001").await;
    for (on, kind, times) in [
        ("charge", "drop-after", 1),
        ("find-payment", "drop-before", 5_000),
        ("net-cancel", "drop-before", 5_000),
    ] {
        fault(&bank, on, kind, times).await;
    }
    assert!(in_doubt(&house).await.is_empty());
    let order = json!({ "billing_key": key, "order_name": "구독", "price": 9_900, "order_id": "order_1" });
    let asked = api
        .call(Method::POST, "/v2/subscribe/payment", Some(order.to_string()))
        .await
        .expect("an answer");
    assert_eq!(asked.error_code(), "RC_CONFIRM_CRITICAL_FAILED");
    let receipt_id = asked.text("receipt_id");

    let open = in_doubt(&house).await;
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
        let table = said(&house, &["in-doubt", "--lang", lang]).await.out;
        assert!(words.iter().all(|word| table.contains(word)), "{table}");
    }
    let too_early = said(&house, &["settle", &receipt_id, "paid", "--note", "x"]).await;
    assert_eq!(too_early.code, Some(1));
    assert!(too_early.err.contains("SETTLE_NOT_NEEDED"), "{}", too_early.err);

    let skip = json!({ "advance": "2h" }).to_string();
    api.call(Method::POST, "/sandbox/clock", Some(skip))
        .await
        .expect("an answer");
    for _look in 0..200 {
        if in_doubt(&house).await[0]["state"] == "needs_person" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let open = in_doubt(&house).await;
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
    let wrong = said(&house, &["settle", &receipt_id, "voided", "--note", "전화 확인"]).await;
    assert_eq!(wrong.code, Some(1));
    assert!(
        wrong.err.contains("paid, 9900 won") && wrong.err.contains("--force"),
        "{}",
        wrong.err
    );
    let settled = said(&house, &["settle", &receipt_id, "paid", "--note", "전화 확인"]).await;
    assert_eq!(settled.code, Some(0), "{}", settled.err);
    assert_eq!(settled.out.trim(), format!("{receipt_id} order_1 9900 won: paid"));
    assert!(in_doubt(&house).await.is_empty());
    assert_eq!(
        api.receipt(&receipt_id).await.expect("an answer").number("status"),
        Some(1)
    );
    let told = said(&house, &["explain", &receipt_id]).await;
    assert!(
        told.out.contains("needs_person → paid (by person) · kim: 전화 확인"),
        "{}",
        told.out
    );

    gateway.process.stop().await;
    let down = said(&house, &["settle", &receipt_id, "paid", "--note", "x"]).await;
    assert_eq!(down.code, Some(1));
    assert!(down.err.contains("no gateway serves"), "{}", down.err);
}
