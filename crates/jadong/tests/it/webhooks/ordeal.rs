//! `jadong webhook ordeal` against an endpoint that believes everything.

use serde_json::Value;
use testkit::endpoint::{Endpoint, Temper};
use testkit::net::listener;
use testkit::process::run;

/// The exit code and the verdicts by case.
async fn ordeal(endpoint: &Endpoint, secret: &[&str]) -> (Option<i32>, Vec<(String, String)>) {
    let url = endpoint.url();
    let args = [&["webhook", "ordeal", "--json", "--url", &url], secret].concat();
    let output = run(&args, &[]).await;
    let rows = output.json();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let verdicts = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (text(row, "case"), text(row, "verdict")));
    (output.code, verdicts.collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoint_that_believes_everything_fails_at_the_signatures_only() {
    let endpoint = Endpoint::start(&[Temper::Success]).await;
    let (code, verdicts) = ordeal(&endpoint, &["--secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]).await;
    let failed: Vec<&str> = verdicts
        .iter()
        .filter(|(_, verdict)| verdict == "failed")
        .map(|(case, _)| case.as_str())
        .collect();
    // Its web server takes two megabytes.
    assert_eq!(failed, ["stale-timestamp", "wrong-signature", "unsigned"]);
    assert_eq!(code, Some(1));
    let (code, verdicts) = ordeal(&endpoint, &[]).await;
    let passed = verdicts.iter().filter(|(_, verdict)| verdict == "passed").count();
    assert_eq!((code, passed >= 12), (Some(0), true), "{verdicts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoint_that_only_errs_fails_every_delivery() {
    let endpoint = Endpoint::start(&[Temper::Status(500)]).await;
    let (code, verdicts) = ordeal(&endpoint, &[]).await;
    assert_eq!(code, Some(1));
    assert!(
        verdicts
            .iter()
            .all(|(_, verdict)| verdict == "failed" || verdict == "skipped"),
        "{verdicts:?}"
    );
}

/// It takes one delivery, answers it badly and ends: nothing is concluded from its silence afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoint_that_ends_is_said_to_have_ended() {
    let (listener, address) = listener().await;
    let url = format!("http://{address}/hook");
    tokio::spawn(async move {
        // Dropped with its first connection.
        let _ = listener.accept().await;
    });
    let output = run(&["webhook", "ordeal", "--json", "--url", &url], &[]).await;
    let rows = output.json();
    assert_eq!(rows.as_array().map(Vec::len), Some(1), "{rows}");
    assert_eq!((&rows[0]["verdict"], output.code), (&Value::from("gone"), Some(1)));
}
