//! A bank that is started again in its folder knows what it knew.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use jadong_simulator::{SimulatorConfig, StartError};
use nicepay::wire::ConsentStatus;
use seams::{OsEntropy, SystemClock};
use serde_json::Value;

use crate::shop::{PHONE, Shop, expire, find, register, start};

/// What of the world outlives a restart: the ledger without this run's requests, the calls, the scenarios.
async fn world(shop: &Shop) -> Value {
    let mut ledger = shop.ledger().await;
    ledger["requests"].take();
    let mut calls = shop.control("GET", "/control/calls", "").await;
    for call in calls.as_array_mut().unwrap() {
        call["polls"].take();
    }
    let scenarios = shop.control("GET", "/control/scenarios", "").await;
    serde_json::json!([ledger, calls, scenarios])
}

/// Lives through every kind of event; returns the keys of two orders.
async fn live(shop: &Shop) -> (String, String) {
    let mut keys = Vec::new();
    for order_id in ["order-1", "order-2"] {
        let tid = shop.answer(&start(order_id, PHONE)).await.tid.unwrap();
        keys.push(shop.answer(&register(order_id, &tid)).await.bid.unwrap());
    }
    shop.answer(&expire(&keys[1], "expiry-1")).await;
    shop.answer(&start("order-3", "01000000007")).await;
    let path = "/control/calls/order-3/answer";
    shop.control("POST", path, r#"{"action":"refuse"}"#).await;
    shop.answer(&start("order-4", "01000000006")).await;
    for _ in 0..3 {
        shop.answer(&find("order-4")).await;
    }
    shop.answer(&start("order-5", "01000000007")).await;
    let path = "/control/scenarios/01055556666";
    shop.control("PUT", path, r#"{"scenario":"busy"}"#).await;
    shop.control("PUT", "/control/scenarios/01077778888", r#"{"scenario":"busy"}"#)
        .await;
    shop.control("DELETE", "/control/scenarios/01077778888", "").await;
    shop.control("PUT", "/control/shop", r#"{"register":"F115"}"#).await;
    let second = keys.pop().unwrap();
    (keys.pop().unwrap(), second)
}

#[tokio::test]
async fn a_restarted_bank_knows_every_order_key_and_ring() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open_in(Some(folder.path())).await;
    let (alive, expired) = live(&shop).await;
    let before = world(&shop).await;
    shop.bank.stop().await;

    let shop = Shop::open_in(Some(folder.path())).await;
    assert_eq!(world(&shop).await, before);
    assert_eq!(shop.answer(&start("order-1", PHONE)).await.result_code, "U112");
    assert_eq!(shop.answer(&find("order-1")).await.bid, Some(alive));
    assert_eq!(shop.answer(&expire(&expired, "expiry-2")).await.result_code, "U115");
    assert_eq!(shop.answer(&start("expiry-1", PHONE)).await.result_code, "U112");
    let late = shop.answer(&find("order-4")).await;
    assert_eq!(late.consent_status, Some(ConsentStatus::Agreed));
    let code = shop.answer(&register("order-4", &late.tid.unwrap())).await.result_code;
    assert_eq!(code, "F115");
    let busy = shop.answer(&start("order-6", "01055556666")).await;
    assert_eq!(busy.consent_status, Some(ConsentStatus::Busy));
    shop.clock.advance(Duration::from_secs(180));
    let waited = shop.answer(&find("order-5")).await;
    assert_eq!(waited.consent_status, Some(ConsentStatus::Expired));
}

#[tokio::test]
async fn a_torn_last_line_is_dropped_and_writing_goes_on_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("bank.journal");
    let shop = Shop::open_in(Some(folder.path())).await;
    shop.answer(&start("order-1", PHONE)).await;
    let before = world(&shop).await;
    shop.bank.stop().await;
    let whole = fs::read(&journal).unwrap();
    let mut file = OpenOptions::new().append(true).open(&journal).unwrap();
    file.write_all(&whole[..whole.len() / 2]).unwrap();

    let shop = Shop::open_in(Some(folder.path())).await;
    assert_eq!(world(&shop).await, before);
    assert_eq!(fs::read(&journal).unwrap(), whole);
    shop.answer(&start("order-2", PHONE)).await;
    let before = world(&shop).await;
    shop.bank.stop().await;
    let shop = Shop::open_in(Some(folder.path())).await;
    assert_eq!(world(&shop).await, before);
}

#[tokio::test]
async fn a_dropped_bank_frees_its_folder_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open_in(Some(folder.path())).await;
    shop.answer(&start("order-1", PHONE)).await;
    drop(shop);
    let shop = Shop::open_in(Some(folder.path())).await;
    assert_eq!(shop.answer(&start("order-1", PHONE)).await.result_code, "U112");
}

async fn start_error(folder: &std::path::Path) -> StartError {
    let mut config = SimulatorConfig::sandbox("127.0.0.1:0".parse().unwrap());
    config.folder = Some(folder.to_path_buf());
    let started = jadong_simulator::start(config, Arc::new(SystemClock), Arc::new(OsEntropy)).await;
    started.err().expect("the bank does not start")
}

#[tokio::test]
async fn a_folder_serves_one_bank_and_a_spoilt_one_none() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open_in(Some(folder.path())).await;
    shop.answer(&start("order-1", PHONE)).await;
    assert!(matches!(start_error(folder.path()).await, StartError::FolderInUse));
    shop.bank.stop().await;

    let journal = folder.path().join("bank.journal");
    let whole = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, format!("{whole}nonsense\n{whole}")).unwrap();
    assert!(matches!(
        start_error(folder.path()).await,
        StartError::BadJournal { line: 2 }
    ));
    let orphan = r#"{"event":"consent-answered","order_id":"order-9","status":"agreed","at_ms":0}"#;
    fs::write(&journal, format!("{whole}{orphan}\n")).unwrap();
    assert!(matches!(
        start_error(folder.path()).await,
        StartError::BadJournal { line: 2 }
    ));
    fs::write(&journal, whole).unwrap();
    fs::write(folder.path().join("bank.key"), "short").unwrap();
    assert!(matches!(start_error(folder.path()).await, StartError::BadKeyFile));
}

#[tokio::test]
async fn only_this_user_may_read_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open_in(Some(folder.path())).await;
    for file in ["bank.key", "bank.journal"] {
        let mode = fs::metadata(folder.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    drop(shop);
}
