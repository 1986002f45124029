//! Standard error that does not take what is said: full, without a reader, with one that has stopped reading. Everything is
//! answered all the same, and SIGTERM ends it in order.

use std::fs::File;
use std::io::Read;
use std::time::Duration;

use super::{charge, metric};
use testkit::process::{Gateway, TestDir, jadong};
use testkit::{PATIENCE, until};

/// Debits are answered, the process is well, and it stops when asked.
async fn works_and_stops(gateway: Gateway) {
    let api = gateway.merchant();
    let (_, key) = api.issue_for("sub_1").await;
    let mut answered = 0;
    for order in 0..20 {
        let paid = charge(&api, &key, &format!("order_{order}")).await;
        assert_eq!(paid.number("status"), Some(1), "{}", paid.body);
        answered += 1;
    }
    assert_eq!(gateway.pg().ledger().await.debits.len(), answered);
    for path in ["/healthz", "/readyz"] {
        assert_eq!(api.get(path).await.status, 200, "{path}");
    }
    let status = gateway.process.stop().await;
    assert!(status.success(), "{status:?}");
}

#[tokio::test]
async fn a_log_on_a_full_disk_stops_nothing_from_the_start_on() {
    let dir = TestDir::empty();
    let full = File::options().write(true).open("/dev/full").expect("a full device");
    let gateway = dir.serve_logging_to(full, &[]).await;
    let metrics = gateway.metrics.clone();
    gateway.merchant().get("/v2/receipt/1").await;
    // What is lost is counted.
    until(PATIENCE, async || {
        let lost = metric(&metrics, "jadong_log_lines_dropped_total").await;
        if lost > 0.0 { Ok(()) } else { Err(lost) }
    })
    .await;
    works_and_stops(gateway).await;
}

#[tokio::test]
async fn a_log_without_a_reader_stops_nothing() {
    let dir = TestDir::empty();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    works_and_stops(dir.serve_logging_to(writer, &[("JADONG_LOG_FORMAT", "json")]).await).await;
}

#[tokio::test]
async fn a_reader_that_dies_later_stops_nothing() {
    let dir = TestDir::empty();
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    let gateway = dir.serve_logging_to(writer, &[("JADONG_LOG", "debug")]).await;
    gateway.merchant().issue_for("sub_0").await;
    let mut first = [0; 16];
    reader.read_exact(&mut first).expect("somebody logs");
    drop(reader);
    works_and_stops(gateway).await;
}

/// More than a pipe holds, and more than waits inside: some of it is lost, and nobody waits for it.
#[tokio::test]
async fn a_reader_that_has_stopped_reading_stops_nothing() {
    let dir = TestDir::empty();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let gateway = dir.serve_logging_to(writer, &[("JADONG_LOG", "debug")]).await;
    let api = gateway.merchant();
    for _ in 0..600 {
        let answer = api.get("/v2/receipt/6655069ca691573f1bb9c28a").await;
        assert_eq!(answer.status, 404);
    }
    works_and_stops(gateway).await;
    drop(reader);
}

#[tokio::test]
async fn standard_output_that_is_stuck_too_stops_nothing() {
    let dir = TestDir::empty();
    let (reader, mut full) = std::io::pipe().expect("a pipe");
    // Filled by somebody who wrote there before.
    let filler = std::thread::spawn({
        let mut full = full.try_clone().expect("a copy");
        move || while std::io::Write::write(&mut full, &[b'.'; 4096]).is_ok() {}
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let data = dir.data_text();
    let mut command = jadong(["serve", "--listen", "127.0.0.1:0", "--data", &data], &[]);
    command.stdout(full.try_clone().expect("a copy"));
    command.stderr(full.try_clone().expect("a copy"));
    let mut child = command.spawn().expect("it starts");
    let admin = dir.data().join("admin.url");
    until(PATIENCE, async || {
        admin.exists().then_some(()).ok_or("it does not start")
    })
    .await;
    // The banner comes next; wherever it is stuck, the process must hear.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let id = child.id().expect("it is running");
    let id = rustix::process::Pid::from_raw(id.try_into().expect("an id")).expect("an id");
    rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("it is running");
    let ended = tokio::time::timeout(PATIENCE, child.wait()).await;
    assert!(ended.expect("it stops when asked").expect("it ran").success());
    drop((reader, command));
    let _ = std::io::Write::flush(&mut full);
    drop(full);
    let _ = filler.join();
}

/// A thread of the store, and one of the workers, that end by a panic: the process says so and ends.
#[cfg_attr(not(feature = "failpoints"), ignore = "needs the feature failpoints")]
#[tokio::test]
async fn a_part_that_dies_ends_the_process() {
    for (point, part) in [
        ("store_group:14", "a thread of the store"),
        ("keys_turn:1", "the keys' worker"),
    ] {
        let dir = TestDir::empty();
        let args = ["serve", "--listen", "127.0.0.1:0"];
        let output = dir.run(&args, &[("JADONG_PANIC_AT", point)]).await;
        assert_eq!(output.code, Some(1), "{point}: {}", output.err);
        assert!(
            output.err.contains(&format!("{part} ended by itself")),
            "{}",
            output.err
        );
        let gateway = dir.serve(&[]).await;
        works_and_stops(gateway).await;
    }
}
