//! `jadong webhook ordeal` against an endpoint that believes everything.

use std::process::Command;

use serde_json::Value;

use testkit::endpoint::{Endpoint, Temper};

/// The exit code and the verdicts by case.
async fn ordeal(endpoint: &Endpoint, secret: &'static [&'static str]) -> (Option<i32>, Vec<(String, String)>) {
    let url = endpoint.url();
    let said = tokio::task::spawn_blocking(move || {
        let mut command = Command::new(testkit::process::jadong_path());
        command
            .args(["webhook", "ordeal", "--json", "--url", &url])
            .args(secret);
        command.output().unwrap()
    });
    let said = said.await.unwrap();
    let rows: Vec<Value> = serde_json::from_slice(&said.stdout).unwrap();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let verdicts = rows.iter().map(|row| (text(row, "case"), text(row, "verdict")));
    (said.status.code(), verdicts.collect())
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
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move {
        // Dropped with its first connection.
        let _ = listener.accept().await;
    });
    let asked = tokio::task::spawn_blocking(move || {
        let mut command = Command::new(testkit::process::jadong_path());
        command
            .args(["webhook", "ordeal", "--json", "--url", &url])
            .output()
            .unwrap()
    });
    let said = asked.await.unwrap();
    let rows: Vec<Value> = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!((rows.len(), &rows[0]["verdict"]), (1, &Value::from("gone")), "{rows:?}");
    assert_eq!(said.status.code(), Some(1));
}
