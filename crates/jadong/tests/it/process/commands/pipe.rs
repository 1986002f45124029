//! Whoever reads may stop reading.

use std::time::Duration;
use testkit::process::{Output, TestDir, ended, jadong, jadong_path};
use testkit::{PATIENCE, until};

/// Runs a command whose output nobody reads.
async fn unread(args: &[&str]) -> Output {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = jadong(args, &[]);
    let child = command.stdout(writer).spawn().expect("it starts");
    ended(child).await
}

#[tokio::test]
async fn a_command_that_nobody_reads_ends_without_a_word() {
    let dir = TestDir::empty();
    let data = dir.data_text();
    dir.create_project("shop", &[]).await;
    for args in [
        &["error"][..],
        &["error", "--json"],
        &["config"],
        &["completions", "bash"],
        &["manual"],
        &["manual", "concepts/states"],
        &["openapi"],
        &["trigger"],
        &["doctor", "--data", &data],
        &["project", "list", "--data", &data],
    ] {
        let output = unread(args).await;
        assert_eq!((output.code, output.err.as_str()), (Some(141), ""), "{args:?}");
    }
}

#[tokio::test]
async fn a_full_disk_is_a_failure_and_no_panic() {
    let full = std::fs::File::create("/dev/full").expect("a device that is always full");
    let mut command = jadong(["config"], &[]);
    let child = command.stdout(full).spawn().expect("it starts");
    let output = ended(child).await;
    assert_eq!(output.code, Some(1), "{}", output.err);
    assert!(output.err.starts_with("jadong: standard output: "), "{}", output.err);
}

#[tokio::test]
async fn whoever_reads_no_complaints_gets_the_exit_code_all_the_same() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = jadong(["error", "nonsense"], &[]);
    let mut child = command.stderr(writer).spawn().expect("it starts");
    assert_eq!(child.wait().await.expect("it ends").code(), Some(1));
}

#[tokio::test]
async fn a_reader_that_has_enough_is_no_failure() {
    let shell = tokio::process::Command::new("bash")
        .args(["-c", "\"$0\" error | head -1"])
        .arg(jadong_path())
        .output()
        .await
        .expect("bash runs");
    assert_eq!(String::from_utf8_lossy(&shell.stdout).lines().count(), 1);
    assert!(shell.stderr.is_empty(), "{}", String::from_utf8_lossy(&shell.stderr));
}

#[tokio::test]
async fn a_gateway_serves_on_whether_its_banner_is_read_or_not() {
    let dir = TestDir::empty();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let data = dir.data_text();
    let mut command = jadong(["serve", "--listen", "127.0.0.1:0", "--data", &data], &[]);
    let mut child = command.stdout(writer).spawn().expect("it starts");
    // Written just before the banner.
    let admin = dir.data().join("admin.url");
    until(PATIENCE, async || {
        admin.exists().then_some(()).ok_or("it does not start")
    })
    .await;
    let ended = tokio::time::timeout(Duration::from_secs(1), child.wait()).await;
    assert!(ended.is_err(), "it has ended: {ended:?}");
    child.kill().await.expect("it can be killed");
}
