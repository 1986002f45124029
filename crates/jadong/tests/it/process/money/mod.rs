//! Money through the real binary, with a bank of its own that knows what really happened.

mod cancels_at_once;
mod clock_jumps;
mod late_pg;
mod long_outage;
mod silent_pg;

use reqwest::Method;
use serde_json::{Value, json};

use testkit::process::api::{Answer, Api, http, order};
use testkit::process::bank::Bank;

/// A key whose account ends with these four digits.
async fn key_of(api: &Api, subscription_id: &str, last_four: &str) -> String {
    let mut asked = order(subscription_id, "01012340001");
    asked["bank_account"] = json!(format!("1234567890{last_four}"));
    let asked = api.request(&asked).await.expect("an answer");
    let published = api.publish(&asked.text("receipt_id")).await.expect("an answer");
    assert_eq!(published.number("status"), Some(1), "{}", published.body);
    published.text("billing_key")
}

async fn post(api: &Api, path: &str, body: Value) -> Answer {
    let sent = api.call(Method::POST, path, Some(body.to_string())).await;
    sent.expect("an answer")
}

async fn charge(api: &Api, key: &str, order_id: &str, price: u64, tax_free: u64) -> Answer {
    let body =
        json!({ "billing_key": key, "order_name": "구독", "price": price, "tax_free": tax_free, "order_id": order_id });
    post(api, "/v2/subscribe/payment", body).await
}

/// What the bank took of an order and has not given back, debit by debit.
async fn kept(bank: &Bank, receipt_ids: &[String]) -> Vec<u64> {
    let ledger = ledger(&bank.url).await;
    let debits = ledger["debits"].as_array().expect("a list");
    let of = |row: &&Value| receipt_ids.iter().any(|id| row["order_id"] == json!(id));
    let left = |row: &Value| row["amount"].as_u64().unwrap() - row["refunded"].as_u64().unwrap();
    debits.iter().filter(of).map(left).filter(|won| *won > 0).collect()
}

async fn ledger(bank_url: &str) -> Value {
    let sent = http().get(format!("{bank_url}/control/ledger")).send().await;
    let text = sent.expect("the bank answers").text().await.expect("whole");
    serde_json::from_str(&text).expect("JSON")
}

async fn fault(bank_url: &str, fault: Value) {
    let sent = http()
        .post(format!("{bank_url}/control/faults"))
        .body(fault.to_string())
        .send()
        .await;
    assert!(sent.expect("the bank answers").status().is_success());
}
