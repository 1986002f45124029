//! A backup that is put back: nothing is debited until an operator has compared it with the PG.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{charge, copy, debits};
use testkit::process::api::{Answer, Api};
use testkit::process::bank::Bank;
use testkit::process::{Gateway, TestDir};
use testkit::process::{Said, run};

/// A dir with a bank of its own, that remembers what the database forgets.
struct Scene {
    dir: TestDir,
    bank: Bank,
}

impl Scene {
    async fn open() -> Self {
        let dir = TestDir::empty();
        let bank = Bank::start(dir.path(), 0).await;
        Self { dir, bank }
    }

    async fn serve(&self) -> (Gateway, Api) {
        self.serve_with(&[]).await
    }

    async fn serve_with(&self, extra: &[(&str, &str)]) -> (Gateway, Api) {
        let gateway = self.dir.serve(&[&self.bank.settings(), extra].concat()).await;
        let api = Api::new(&gateway.url);
        (gateway, api)
    }

    async fn debits(&self) -> usize {
        debits(&self.bank.url).await.len()
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

    async fn resume(&self, args: &[&str]) -> Said {
        let data = self.dir.data_text();
        let all = [&["resume", "--after-restore", "--data", data.as_str()], args].concat();
        run(&all, &[]).await
    }
}

async fn stop(gateway: Gateway) {
    assert!(gateway.process.stop().await.success());
}

async fn cancel(api: &Api, receipt_id: &str) -> Answer {
    let body = json!({ "receipt_id": receipt_id }).to_string();
    api.call(Method::POST, "/v2/cancel", Some(body))
        .await
        .expect("an answer")
}

fn is_held(answer: &Answer) -> bool {
    answer.status == 503 && answer.error_code() == "GATEWAY_OVERLOADED" && answer.body.contains("jadong resume")
}

async fn console_says_held(api: &Api) -> bool {
    let page = api.get("/console").await.expect("an answer");
    assert_eq!(page.status, 200, "{}", page.body);
    page.body.contains("jadong resume --after-restore")
}

async fn debits_are(api: &Api) -> String {
    api.get("/readyz").await.expect("an answer").text("debits")
}

#[tokio::test]
async fn a_restored_database_debits_and_refunds_nothing_until_it_is_told_to() {
    let scene = Scene::open().await;
    let (gateway, api) = scene.serve().await;
    let (_, key) = api.issue("sub_1", "01012345678").await;
    let before = charge(&api, &key, "before")
        .await
        .expect("an answer")
        .text("receipt_id");
    stop(gateway).await;
    scene.back_up();

    let (gateway, api) = scene.serve().await;
    assert_eq!(debits_are(&api).await, "taken", "a start is no restore");
    let after = charge(&api, &key, "after").await.expect("an answer");
    assert_eq!(after.number("status"), Some(1));
    assert_eq!(cancel(&api, &before).await.status, 200);
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
    let again = charge(&api, &key, "after").await.expect("an answer");
    assert!(is_held(&again), "{}", again.body);
    assert!(is_held(&cancel(&api, &before).await));
    // What is known is told as ever, and keys are still issued.
    assert_eq!(
        charge(&api, &key, "before").await.expect("an answer").number("status"),
        Some(1)
    );
    api.issue("sub_2", "01012345678").await;
    stop(gateway).await;

    // It stays so over a restart.
    let (gateway, api) = scene.serve().await;
    assert_eq!(debits_are(&api).await, "held");
    assert_eq!(scene.debits().await, 2);
    let data = scene.dir.data_text();
    let doctor = run(&["doctor", "--data", &data, "--listen", "127.0.0.1:0"], &[]).await;
    assert!(doctor.out.contains("jadong resume"), "{}", doctor.out);
    let told = scene.resume(&["--json"]).await;
    assert_eq!(told.code, Some(0), "{}", told.err);
    let told: Value = serde_json::from_str(&told.out).expect("one value");
    let gap = &told["compared"];
    assert_eq!(gap["payments_differing"][0]["receipt_id"], before.as_str(), "{gap}");
    assert_eq!(
        gap["payments_differing"][0]["left_at_pg"], 0,
        "cancelled after the backup: {gap}"
    );
    assert!(gap["gap_from"].is_string() && gap["gap_until"].is_string(), "{gap}");
    assert_eq!(debits_are(&api).await, "taken");
    assert!(!console_says_held(&api).await);
    assert_eq!(
        charge(&api, &key, "new").await.expect("an answer").number("status"),
        Some(1)
    );
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
    let (_, key) = api.issue("sub_1", "01012345678").await;
    let mut reserves = Vec::new();
    for order in ["reserve_1", "reserve_2"] {
        let at = domain::EpochMs(now_ms() + 2_000).to_wire();
        let body = json!({
            "billing_key": key, "order_name": "구독", "price": 1_000, "order_id": order, "reserve_execute_at": at,
        });
        let asked = api
            .call(Method::POST, "/v2/subscribe/payment/reserve", Some(body.to_string()))
            .await;
        reserves.push(asked.expect("an answer").text("reserve_id"));
    }
    stop(gateway).await;
    scene.back_up();
    let (gateway, _) = scene.serve().await;
    let until = std::time::Instant::now() + testkit::process::PATIENCE;
    while scene.debits().await < 2 {
        assert!(std::time::Instant::now() < until, "the reserves do not run");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stop(gateway).await;
    scene.restore();

    let (gateway, api) = scene.serve().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(scene.debits().await, 2, "a reserve that is due waits");
    let told = scene.resume(&[]).await;
    assert_eq!(told.code, Some(1), "{}", told.out);
    assert!(
        told.err.contains("--debited") && told.out.contains(&reserves[0]),
        "{}\n{}",
        told.out,
        told.err
    );
    for wrong in ["6655069ca691573f1bb9c28a", "nonsense", "ALL", ""] {
        let told = scene.resume(&["--debited", wrong]).await;
        assert!(told.code == Some(1) && told.err.contains(wrong), "{}", told.err);
    }
    assert_eq!(debits_are(&api).await, "held", "nothing was changed");
    let done = scene.resume(&["--debited", &reserves[0]]).await;
    assert_eq!(done.code, Some(0), "{}", done.err);
    let until = std::time::Instant::now() + testkit::process::PATIENCE;
    while scene.debits().await < 3 {
        assert!(std::time::Instant::now() < until, "the other one runs, as was said");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let revoked = api.get(&format!("/v2/subscribe/payment/reserve/{}", reserves[0])).await;
    assert_eq!(revoked.expect("an answer").number("status"), Some(3));
    stop(gateway).await;
}

fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.expect("after 1970").as_millis()).expect("a time")
}

#[tokio::test]
async fn an_empty_folder_a_lost_log_and_a_whole_old_folder_are_told_too() {
    let scene = Scene::open().await;
    let second = scene.dir.path().join("second.mark");
    let second = [("JADONG_RESTORE_MARK", second.to_str().expect("text"))];
    let (gateway, api) = scene.serve_with(&second).await;
    let (_, key) = api.issue("sub_1", "01012345678").await;
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
    charge(&api, &key, "order_1").await.expect("an answer");
    gateway.process.kill().await;
    let (mut gateway, api) = scene.serve_with(&second).await;
    assert_eq!(debits_are(&api).await, "taken", "a crash is no restore");
    charge(&api, &key, "order_2").await.expect("an answer");
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
    let held = charge(&api, &key, "order_1").await.expect("an answer");
    assert!(is_held(&held), "{}", held.body);
    let clock = api
        .call(Method::POST, "/sandbox/clock", Some(r#"{"advance":"1d"}"#.to_owned()))
        .await;
    assert!(
        is_held(&clock.expect("an answer")),
        "moving the clock would wait for what may not run"
    );
    stop(gateway).await;
    assert_eq!(scene.debits().await, 2);
}
