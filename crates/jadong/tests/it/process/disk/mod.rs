//! What a disk, a log and a backup can do to a gateway.

mod failing;
mod full;
mod guests;
mod log_gone;
mod restore;
mod traces;

use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};

use testkit::process::api::{Answer, Api, http};

/// A charge of 1,000 won.
async fn charge(api: &Api, key: &str, order_id: &str) -> Option<Answer> {
    let body = json!({ "billing_key": key, "order_name": "구독", "price": 1_000, "order_id": order_id });
    api.call(Method::POST, "/v2/subscribe/payment", Some(body.to_string()))
        .await
}

/// The debits that the bank remembers.
async fn debits(bank_url: &str) -> Vec<Value> {
    let sent = http().get(format!("{bank_url}/control/ledger")).send().await;
    let ledger: Value = sent.expect("the bank answers").json().await.expect("JSON");
    ledger["debits"].as_array().expect("a list").clone()
}

/// What a metric of a gateway stands at; 0 when nothing was counted.
async fn metric(metrics_url: &str, name: &str) -> f64 {
    let text = http().get(metrics_url).send().await.expect("metrics");
    let text = text.text().await.expect("text");
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
    line.map_or(0.0, |value| value.trim().parse().expect("a number"))
}

fn copy(from: &Path, to: &Path) {
    std::fs::copy(from, to).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
}
