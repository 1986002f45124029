//! What it says.

use testkit::net::http;
use testkit::process::{Gateway, TestDir, run};
use testkit::{PATIENCE, until};

/// The banner, to its last line: the credentials come after the line that a start waits for.
async fn whole(gateway: &Gateway) -> String {
    until(PATIENCE, async || {
        let printed = gateway.process.printed();
        if printed.contains("/publish -d") {
            Ok(printed)
        } else {
            Err(printed)
        }
    })
    .await
}

#[tokio::test]
async fn the_banner_has_everything_that_a_first_request_needs() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let printed = whole(&gateway).await;
    for expected in [
        "sandbox",
        "simulated PG on http://127.0.0.1:",
        "metrics on http://127.0.0.1:",
        "listening on http://127.0.0.1:",
        "sandbox_client_key",
        "sandbox_secret_key",
        "sandbox_application_id",
        "sandbox_private_key",
        "curl ",
    ] {
        assert!(printed.contains(expected), "{expected} is missing:\n{printed}");
    }
    let metrics = http().get(&gateway.metrics).send().await.expect("metrics");
    assert!(metrics.status().is_success());
    gateway.merchant().get("/readyz").await.expect(200);
    gateway.merchant().get("/metrics").await.expect(404);
}

/// The curl of the banner, taken from the banner and run by a shell.
#[tokio::test]
async fn the_curl_of_the_banner_works() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let printed = whole(&gateway).await;
    let from = printed.find("curl ").expect("a curl");
    let length = printed[from..].find("\n\n").expect("the end of it");
    let mut shell = tokio::process::Command::new("sh");
    shell
        .arg("-c")
        .arg(&printed[from..from + length])
        .env("no_proxy", "127.0.0.1")
        .kill_on_drop(true);
    let output = shell.output().await.expect("a shell");
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(answer["status"], 41, "{answer}");
}

#[tokio::test]
async fn help_names_every_command_and_exits_with_0() {
    let output = run(&["--help"], &[]).await.success();
    for command in ["serve", "demo", "project", "bank", "bench", "config"] {
        assert!(output.out.contains(command), "{command}: {}", output.out);
    }
    let output = run(&["serve", "--help"], &[]).await.success();
    assert!(
        ["--listen", "--data", "--config"]
            .iter()
            .all(|option| output.out.contains(option))
    );
}

#[tokio::test]
async fn the_printed_configuration_is_accepted_as_a_configuration() {
    let dir = TestDir::empty();
    let printed = run(&["config"], &[]).await;
    let path = dir.path().join("jadong.toml");
    std::fs::write(&path, printed.out).expect("a file");
    let gateway = dir.serve(&[("JADONG_CONFIG", path.to_str().expect("text"))]).await;
    assert!(gateway.process.stop().await.success());
}
