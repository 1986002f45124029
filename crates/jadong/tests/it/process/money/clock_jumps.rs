//! The machine's clock is set while a debit is in doubt: no verdict is reached by it, and nobody is debited twice.

use std::time::Duration;

use super::charge;
use testkit::process::{FakeTime, Simulator, TestDir};
use testkit::until;

/// Long enough that a verdict before it would show.
const QUIET: &str = "6s";
/// When the PG approves after the net-cancel: well inside the quiet time, and after the jump.
const LATE_MS: u32 = 3_000;

#[tokio::test]
async fn a_clock_that_jumps_ahead_does_not_shorten_the_quiet_time() {
    jump("+65s").await;
}

#[tokio::test]
async fn a_clock_that_jumps_back_does_not_stop_the_verdict() {
    jump("-20h").await;
}

/// A debit whose answer is lost and whose approval lands late, in a process whose clock is set in between.
async fn jump(ahead: &str) {
    let dir = TestDir::empty();
    let pg = Simulator::start(dir.path(), 0).await;
    let time = FakeTime::in_folder(dir.path());
    let mut env = [pg.settings(), time.settings()].concat();
    env.extend([
        ("JADONG_PG_READ_TIMEOUT", "300ms"),
        ("JADONG_SEND_WITHIN", "3s"),
        ("JADONG_START_GRACE", "3s"),
        ("JADONG_VERDICT_QUIET", QUIET),
        ("FAKETIME_NO_CACHE", "1"),
        // Time that nobody can set goes on as it does.
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ("DONT_FAKE_MONOTONIC", "1"),
    ]);
    let gateway = dir.serve(&env).await;
    let api = gateway.merchant();
    let key = api.key_of("1234").await;
    pg.approve_late("all", LATE_MS).await;
    let unknown = charge(&api, &key, "order_1", 5_000, 0).await;
    assert_eq!(unknown.error_code(), "RC_CONFIRM_CRITICAL_FAILED", "{}", unknown.body);
    let receipt_id = unknown.text("receipt_id");
    // Once the net-cancel is sent.
    until(Duration::from_secs(20), async || {
        let is_sent = pg.ledger().await.requests.net_cancel > 0;
        is_sent.then_some(()).ok_or_else(|| dir.log_text())
    })
    .await;
    time.set(ahead);
    tokio::time::sleep(Duration::from_millis(800)).await;
    let ready = api.get("/readyz").await;
    assert_eq!(ready.status, 503, "a node whose clock has jumped is not ready");
    assert!(
        dir.log_text().contains("the machine's clock has jumped"),
        "{}",
        dir.log_text()
    );

    // The merchant asks again and again for the same order, as long as it takes.
    let mut receipts = vec![receipt_id];
    until(Duration::from_secs(60), async || {
        let again = charge(&api, &key, "order_1", 5_000, 0).await;
        let id = again.text("receipt_id");
        if !id.is_empty() && !receipts.contains(&id) {
            receipts.push(id);
        }
        let is_over = again.status == 200 || receipts.len() > 1;
        is_over.then_some(()).ok_or_else(|| (again.body, dir.log_text()))
    })
    .await;
    // Whatever came of it, at most one debit of the order is kept.
    tokio::time::sleep(Duration::from_secs(12)).await;
    until(Duration::from_secs(8), async || {
        let kept = pg.kept(&receipts).await;
        let is_settled = kept.len() <= 1;
        is_settled
            .then_some(())
            .ok_or_else(|| (kept, receipts.clone(), dir.log_text()))
    })
    .await;
    assert_eq!(api.get("/readyz").await.status, 200);
    gateway.process.stop().await;
}
