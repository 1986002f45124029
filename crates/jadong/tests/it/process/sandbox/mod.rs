//! What only a sandbox can do: its telephones, its faults, and the events that a listener follows.

mod clock;
mod faults;
mod first_use;
mod phone;

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Merchant, until};

/// The sandbox's calls that ring.
async fn ringing(api: &Merchant) -> Vec<Value> {
    let answer = api.get("/sandbox/calls?state=ringing").await;
    answer.json()["calls"].as_array().expect("a list").clone()
}

/// The one call that rings, as soon as there is one.
async fn call(api: &Merchant) -> Value {
    until(Duration::from_secs(20), async || match ringing(api).await.as_slice() {
        [call] => Ok(call.clone()),
        calls => Err(calls.len()),
    })
    .await
}

async fn by_hand(api: &Merchant) {
    let set = api.post("/sandbox/phone", json!({ "answering": "by_hand" })).await;
    assert_eq!(set.body, r#"{"answering":"by_hand"}"#);
}
