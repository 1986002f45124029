//! A backup that is put back: nothing is debited until an operator has compared it with the PG.

use std::time::Duration;

use domain::EpochMs;
use seams::{Clock, SystemClock};
use serde_json::json;

use super::{charge, copy};
use testkit::process::{Gateway, Output, Simulator, TestDir};
use testkit::{Answer, Merchant, PATIENCE, until};

/// A dir with a simulated PG of its own, that remembers what the database forgets.
struct Scene {
    dir: TestDir,
    pg: Simulator,
}

impl Scene {
    async fn open() -> Self {
        let dir = TestDir::empty();
        let pg = Simulator::start(dir.path(), 0).await;
        Self { dir, pg }
    }

    async fn serve(&self) -> (Gateway, Merchant) {
        self.serve_with(&[]).await
    }

    async fn serve_with(&self, extra: &[(&str, &str)]) -> (Gateway, Merchant) {
        let gateway = self.dir.serve(&[&self.pg.settings(), extra].concat()).await;
        let api = gateway.merchant();
        (gateway, api)
    }

    async fn debits(&self) -> usize {
        self.pg.ledger().await.debits.len()
    }

    /// Of a gateway that has stopped: its database is one file.
    fn back_up(&self) {
        let data = self.dir.data();
        copy(&data.join("jadong.db"), &self.dir.path().join("backup.db"));
    }

    fn restore(&self) {
        let data = self.dir.data();
        copy(&self.dir.path().join("backup.db"), &data.join("jadong.db"));
    }

    async fn resume(&self, args: &[&str]) -> Output {
        let args = [&["resume", "--after-restore"], args].concat();
        self.dir.run(&args, &[]).await
    }
}

async fn stop(gateway: Gateway) {
    assert!(gateway.process.stop().await.success());
}

fn is_held(answer: &Answer) -> bool {
    answer.status == 503 && answer.error_code() == "GATEWAY_OVERLOADED" && answer.body.contains("jadong resume")
}

async fn console_says_held(api: &Merchant) -> bool {
    let page = api.get("/console").await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.body.contains("jadong resume --after-restore")
}

async fn debits_are(api: &Merchant) -> String {
    api.get("/readyz").await.text("debits")
}

#[tokio::test]
async fn a_restored_database_debits_and_refunds_nothing_until_it_is_told_to() {
    let scene = Scene::open().await;
    let (gateway, api) = scene.serve().await;
    let (_, key) = api.issue_for("sub_1").await;
    let before = charge(&api, &key, "before").await.text("receipt_id");
    stop(gateway).await;
    scene.back_up();

    let (gateway, api) = scene.serve().await;
    assert_eq!(debits_are(&api).await, "taken", "a start is no restore");
    let after = charge(&api, &key, "after").await;
    assert_eq!(after.number("status"), Some(1));
    assert_eq!(api.cancel(&before, json!({})).await.status, 200);
    stop(gateway).await;
    scene.restore();

    let (gateway, api) = scene.serve().await;
    assert!(
        scene.dir.log_text().contains("restored from a backup"),
        "{}",
        scene.dir.log_text()
    );
    assert_eq!(debits_are(&api).await, "held");
    assert!(console_says_held(&api).await);
    let again = charge(&api, &key, "after").await;
    assert!(is_held(&again), "{}", again.body);
    assert!(is_held(&api.cancel(&before, json!({})).await));
    // What is known is told as ever, and keys are still issued.
    assert_eq!(charge(&api, &key, "before").await.number("status"), Some(1));
    api.issue_for("sub_2").await;
    stop(gateway).await;

    // It stays so over a restart.
    let (gateway, api) = scene.serve().await;
    assert_eq!(debits_are(&api).await, "held");
    assert_eq!(scene.debits().await, 2);
    let doctor = scene.dir.run(&["doctor", "--listen", "127.0.0.1:0"], &[]).await;
    assert!(doctor.out.contains("jadong resume"), "{}", doctor.out);
    let resumed = scene.resume(&["--json"]).await.success().json();
    let gap = &resumed["compared"];
    assert_eq!(gap["payments_differing"][0]["receipt_id"], before.as_str(), "{gap}");
    assert_eq!(
        gap["payments_differing"][0]["left_at_pg"], 0,
        "cancelled after the backup: {gap}"
    );
    assert!(gap["gap_from"].is_string() && gap["gap_until"].is_string(), "{gap}");
    assert_eq!(debits_are(&api).await, "taken");
    assert!(!console_says_held(&api).await);
    assert_eq!(charge(&api, &key, "new").await.number("status"), Some(1));
    let nothing = scene.resume(&[]).await;
    assert!(nothing.out.contains("not held"), "{}", nothing.out);
    stop(gateway).await;
    let (_gateway, api) = scene.serve().await;
    assert_eq!(debits_are(&api).await, "taken");
}

#[tokio::test]
async fn a_reserve_that_was_debited_after_the_backup_waits_for_the_operators_word() {
    let scene = Scene::open().await;
    let (gateway, api) = scene.serve().await;
    let (_, key) = api.issue_for("sub_1").await;
    let mut reserves = Vec::new();
    for order in ["reserve_1", "reserve_2"] {
        let at = EpochMs(SystemClock.now_ms()).plus_ms(2_000).to_wire();
        let changes = json!({ "order_id": order, "reserve_execute_at": at });
        reserves.push(api.reserve(&key, changes).await.expect(200).text("reserve_id"));
    }
    stop(gateway).await;
    scene.back_up();
    let (gateway, _) = scene.serve().await;
    until_debits(&scene, 2).await;
    stop(gateway).await;
    scene.restore();

    let (gateway, api) = scene.serve().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(scene.debits().await, 2, "a reserve that is due waits");
    let refused = scene.resume(&[]).await;
    assert_eq!(refused.code, Some(1), "{}", refused.out);
    assert!(
        refused.err.contains("--debited") && refused.out.contains(&reserves[0]),
        "{}
{}",
        refused.out,
        refused.err
    );
    for wrong in ["6655069ca691573f1bb9c28a", "nonsense", "ALL", ""] {
        let refused = scene.resume(&["--debited", wrong]).await;
        assert!(
            refused.code == Some(1) && refused.err.contains(wrong),
            "{}",
            refused.err
        );
    }
    assert_eq!(debits_are(&api).await, "held", "nothing was changed");
    scene.resume(&["--debited", &reserves[0]]).await.success();
    until_debits(&scene, 3).await;
    assert_eq!(api.reserved(&reserves[0]).await["status"], 3, "revoked");
    stop(gateway).await;
}

/// The reserves run, as was said.
async fn until_debits(scene: &Scene, count: usize) {
    until(PATIENCE, async || {
        let debits = scene.debits().await;
        if debits < count { Err(debits) } else { Ok(()) }
    })
    .await;
}

#[tokio::test]
async fn an_empty_folder_a_lost_log_and_a_whole_old_folder_are_told_too() {
    let scene = Scene::open().await;
    let second = scene.dir.path().join("second.mark");
    let second = [("JADONG_RESTORE_MARK", second.to_str().expect("text"))];
    let (gateway, api) = scene.serve_with(&second).await;
    let (_, key) = api.issue_for("sub_1").await;
    stop(gateway).await;
    let data = scene.dir.data();
    let old = scene.dir.path().join("old");
    std::fs::create_dir(&old).expect("a folder");
    for name in ["jadong.db", "pepper.key", "jadong.mark"] {
        copy(&data.join(name), &old.join(name));
    }

    // Killed: the log of writes is lost, and with it the debit.
    let (mut gateway, api) = scene.serve_with(&second).await;
    assert_eq!(debits_are(&api).await, "taken");
    charge(&api, &key, "order_1").await;
    gateway.process.kill().await;
    let (mut gateway, api) = scene.serve_with(&second).await;
    assert_eq!(debits_are(&api).await, "taken", "a crash is no restore");
    charge(&api, &key, "order_2").await;
    gateway.process.kill().await;
    std::fs::remove_file(data.join("jadong.db-wal")).expect("it was there");
    let (gateway, api) = scene.serve_with(&second).await;
    assert_eq!(debits_are(&api).await, "held");
    stop(gateway).await;

    // The whole folder as it was: only the second place knows.
    for name in ["jadong.db", "pepper.key", "jadong.mark"] {
        copy(&old.join(name), &data.join(name));
    }
    let (gateway, api) = scene.serve_with(&second).await;
    assert_eq!(debits_are(&api).await, "held");
    stop(gateway).await;

    // Database and key in an empty folder, as the manual says.
    std::fs::remove_dir_all(&data).expect("it was there");
    std::fs::create_dir(&data).expect("a folder");
    for name in ["jadong.db", "pepper.key"] {
        copy(&old.join(name), &data.join(name));
    }
    let (gateway, api) = scene.serve().await;
    assert_eq!(debits_are(&api).await, "held");
    let held = charge(&api, &key, "order_1").await;
    assert!(is_held(&held), "{}", held.body);
    let clock = api.post("/sandbox/clock", json!({ "advance": "1d" })).await;
    assert!(is_held(&clock), "moving the clock would wait for what may not run");
    stop(gateway).await;
    assert_eq!(scene.debits().await, 2);
}
