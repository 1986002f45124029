//! `--ready-file` and `--stop-with-stdin`: what a program needs that starts a gateway for itself.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use testkit::process::{TestDir, jadong};
use testkit::{Merchant, PATIENCE, until};
use tokio::process::Child;

const FREE: &str = "127.0.0.1:0";

/// What a program starts, in `dir`.
fn start(dir: &TestDir, file: &str, more: &[&str]) -> (Child, PathBuf) {
    let (path, data) = (dir.path().join(file), dir.data_text());
    let named = path.to_str().expect("text").to_owned();
    let args = ["serve", "--listen", FREE, "--data", &data, "--ready-file", &named];
    let mut command = jadong([&args[..], more].concat(), &[]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    (command.spawn().expect("it starts"), path)
}

/// What the file says, once it is there.
async fn told(path: &std::path::Path) -> Value {
    let text = until(PATIENCE, async || std::fs::read_to_string(path)).await;
    serde_json::from_str(&text).expect("whole from the first moment")
}

async fn ends(child: &mut Child) -> Option<i32> {
    let ended = tokio::time::timeout(PATIENCE, child.wait()).await;
    ended.expect("it ends").expect("a status").code()
}

fn terminate(child: &Child) {
    let pid = Pid::from_raw(child.id().expect("it runs").cast_signed()).expect("a pid");
    kill_process(pid, Signal::TERM).expect("it is there");
}

#[tokio::test]
async fn the_file_has_everything_that_a_program_needs_and_is_gone_with_the_gateway() {
    let dir = TestDir::empty();
    let (mut child, path) = start(&dir, "ready.json", &[]);
    let told = told(&path).await;
    let text = |name: &str| told[name].as_str().expect(name).to_owned();
    assert_eq!(told["pid"].as_u64(), child.id().map(u64::from), "{told}");
    assert_eq!(
        (text("mode"), text("version")),
        ("sandbox".to_owned(), env!("CARGO_PKG_VERSION").to_owned())
    );
    let api = Merchant::of_project(&text("url"), &told);
    api.issue_for("sub_1").await;
    assert_eq!(text("webhook_secret"), dir.webhook_secret().await);
    for page in [
        format!("{}/healthz", text("admin_url")),
        format!("{}/control/ledger", text("pg_url")),
        text("console_url"),
    ] {
        let answer = testkit::net::http().get(&page).send().await.expect("an answer");
        assert!(
            answer.status().is_success() || answer.status().is_redirection(),
            "{page}: {}",
            answer.status()
        );
    }
    let mode = std::fs::metadata(&path).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    terminate(&child);
    assert_eq!(ends(&mut child).await, Some(0));
    assert!(!path.exists(), "nobody is ready any more");
}

#[tokio::test]
async fn a_file_of_a_gateway_that_was_killed_is_never_taken_for_that_of_the_next() {
    let dir = TestDir::empty();
    let (mut child, path) = start(&dir, "ready.json", &[]);
    let first = told(&path).await;
    child.kill().await.expect("it can be killed");
    assert!(path.exists(), "nobody could take it away");
    let (mut child, _) = start(&dir, "ready.json", &[]);
    until(PATIENCE, async || {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let second: Value = serde_json::from_str(&text).unwrap_or_default();
        let is_new = second["pid"].is_u64() && second["pid"] != first["pid"];
        is_new.then_some(()).ok_or(text)
    })
    .await;
    terminate(&child);
    assert_eq!(ends(&mut child).await, Some(0));
}

/// Two starts at once over one folder and one file: who comes second leaves the first's file alone.
#[tokio::test]
async fn a_start_that_is_refused_takes_nobodys_file_away() {
    let dir = TestDir::empty();
    let (mut first, path) = start(&dir, "ready.json", &[]);
    let before = told(&path).await;
    let (mut second, _) = start(&dir, "ready.json", &[]);
    assert_ne!(ends(&mut second).await, Some(0), "the folder is in use");
    assert_eq!(told(&path).await, before);
    terminate(&first);
    assert_eq!(ends(&mut first).await, Some(0));
}

#[tokio::test]
async fn a_file_that_cannot_be_written_stops_the_start_before_anything_is_made() {
    for file in ["nowhere/ready.json", "."] {
        let dir = TestDir::empty();
        let (child, path) = start(&dir, file, &[]);
        let output = child.wait_with_output().await.expect("an end");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(
            error.contains("--ready-file") && error.contains(path.to_str().expect("text")),
            "{error}"
        );
        assert!(!dir.data().exists(), "nothing was made");
    }
}

#[tokio::test]
async fn a_gateway_ends_with_the_program_that_started_it() {
    let dir = TestDir::empty();
    let (mut child, path) = start(&dir, "ready.json", &["--stop-with-stdin"]);
    told(&path).await;
    drop(child.stdin.take());
    assert_eq!(ends(&mut child).await, Some(0));
    assert!(!path.exists());
}

/// In live mode there are many projects, and no secret is told.
#[tokio::test]
async fn in_live_mode_the_file_has_addresses_and_no_secret() {
    let dir = TestDir::empty();
    let (path, data) = (dir.path().join("ready.json"), dir.data_text());
    let args = [
        "serve",
        "--listen",
        FREE,
        "--data",
        &data,
        "--ready-file",
        path.to_str().expect("text"),
    ];
    let env = [&super::live::LIVE[..], &[("JADONG_BEHIND_PROXY", "true")]].concat();
    let mut child = jadong(args, &env).stdout(Stdio::null()).spawn().expect("it starts");
    let told = told(&path).await;
    assert_eq!(told["mode"], "live");
    for secret in ["secret_key", "private_key", "webhook_secret", "client_key"] {
        assert!(told.get(secret).is_none(), "{told}");
    }
    terminate(&child);
    assert_eq!(ends(&mut child).await, Some(0));
}
