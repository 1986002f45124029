//! What it says.

use testkit::process::TestDir;
use testkit::process::api::Api;
use testkit::process::run;

#[tokio::test]
async fn the_banner_has_everything_that_a_first_request_needs() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    // The credentials come after the line that was waited for.
    let until = std::time::Instant::now() + testkit::process::PATIENCE;
    while !gateway.process.printed().contains("/publish -d") && std::time::Instant::now() < until {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let printed = gateway.process.printed();
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
    let metrics = testkit::process::api::http()
        .get(&gateway.metrics)
        .send()
        .await
        .expect("metrics");
    assert!(metrics.status().is_success());
    assert_eq!(
        Api::new(&gateway.url).get("/readyz").await.expect("an answer").status,
        200
    );
    assert_eq!(
        Api::new(&gateway.url).get("/metrics").await.expect("an answer").status,
        404
    );
}

/// The curl of the banner, taken from the banner and run by a shell.
#[tokio::test]
async fn the_curl_of_the_banner_works() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let until = std::time::Instant::now() + testkit::process::PATIENCE;
    while !gateway.process.printed().contains("/publish -d") && std::time::Instant::now() < until {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let printed = gateway.process.printed();
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
    let said = run(&["--help"], &[]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    for command in ["serve", "demo", "project", "bank", "bench", "config"] {
        assert!(said.out.contains(command), "{command}: {}", said.out);
    }
    let said = run(&["serve", "--help"], &[]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        ["--listen", "--data", "--config"]
            .iter()
            .all(|option| said.out.contains(option))
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
