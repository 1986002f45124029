//! Whoever reads may stop reading.

use std::time::{Duration, Instant};

use testkit::process::{PATIENCE, Said, TestDir, jadong, jadong_path};

/// Runs a command whose output nobody reads.
async fn unread(args: &[&str]) -> Said {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = jadong(args, &[]);
    let child = command.stdout(writer).spawn().expect("it starts");
    let ended = tokio::time::timeout(PATIENCE, child.wait_with_output()).await;
    let output = ended.expect("it ends").expect("it ran");
    Said {
        code: output.status.code(),
        out: String::new(),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

#[tokio::test]
async fn a_command_that_nobody_reads_ends_without_a_word() {
    let dir = TestDir::empty();
    let data = dir.data_text();
    super::done(&["project", "create", "shop", "--data", &data], &[]).await;
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
        let said = unread(args).await;
        assert_eq!((said.code, said.err.as_str()), (Some(141), ""), "{args:?}");
    }
}

#[tokio::test]
async fn a_full_disk_is_a_failure_and_no_panic() {
    let full = std::fs::File::create("/dev/full").expect("a device that is always full");
    let mut command = jadong(["config"], &[]);
    let child = command.stdout(full).spawn().expect("it starts");
    let output = child.wait_with_output().await.expect("it ran");
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("jadong: standard output: "), "{said}");
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
    let since = Instant::now();
    // Written just before the banner.
    while !dir.data().join("admin.url").exists() {
        assert!(since.elapsed() < PATIENCE, "it does not start");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let ended = tokio::time::timeout(Duration::from_secs(1), child.wait()).await;
    assert!(ended.is_err(), "it has ended: {ended:?}");
    child.kill().await.expect("it can be killed");
}
