//! What only a sandbox can do: its telephones, its faults, and the events that a listener follows.

mod clock;
mod faults;
mod phone;

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use testkit::process::TestDir;
use testkit::process::api::{Answer, Api};
use testkit::process::run;

async fn post(api: &Api, path: &str, body: Value) -> Answer {
    let answer = api.call(Method::POST, path, Some(body.to_string())).await;
    answer.expect("an answer")
}

/// The sandbox's calls that ring.
async fn ringing(api: &Api) -> Vec<Value> {
    let answer = api.get("/sandbox/calls?state=ringing").await.expect("an answer");
    answer.json()["calls"].as_array().expect("a list").clone()
}

/// The one call that rings, as soon as there is one.
async fn call(api: &Api) -> Value {
    let since = Instant::now();
    loop {
        if let [call] = ringing(api).await.as_slice() {
            return call.clone();
        }
        assert!(since.elapsed() < Duration::from_secs(20), "no telephone rings");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Another project of the same gateway.
pub async fn stranger(dir: &TestDir, url: &str) -> Api {
    project(dir, url, "stranger").await
}

/// A project of this name.
pub async fn project(dir: &TestDir, url: &str, name: &str) -> Api {
    let args = ["project", "create", name, "--json", "--data", &dir.data_text()];
    let said = run(&args, &[]).await;
    let credentials: Value = serde_json::from_str(&said.out).expect("JSON");
    let text = |key: &str| credentials[key].as_str().expect(key).to_owned();
    let api = Api::of(url, &text("client_key"), &text("secret_key"));
    let since = Instant::now();
    // The gateway reads its projects again every second.
    while api.get("/sandbox/phone").await.expect("an answer").status != 200 {
        assert!(
            since.elapsed() < Duration::from_secs(10),
            "the project does not come up"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    api
}

async fn by_hand(api: &Api) {
    let set = post(api, "/sandbox/phone", json!({ "answering": "by_hand" })).await;
    assert_eq!(set.body, r#"{"answering":"by_hand"}"#);
}
