//! What a disk, a log and a backup can do to a gateway.

mod failing;
mod full;
mod guests;
mod log_gone;
mod restore;
mod traces;

use std::path::Path;

use serde_json::json;
use testkit::net::http;
use testkit::{Answer, Merchant};

/// A charge of 1,000 won.
async fn charge(api: &Merchant, key: &str, order_id: &str) -> Answer {
    api.charge(key, json!({ "order_id": order_id })).await
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
