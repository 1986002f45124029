//! A bank that is started again in its folder knows every debit and what became of it.

use std::fs;

use serde_json::Value;

use crate::shop::{PHONE, Shop, payer, register, start_with};
use crate::till::{ACCOUNT, cancel, cancel_receipt, charge, find, issue_receipt, net_cancel};

/// What of the money outlives a restart.
async fn world(shop: &Shop) -> Value {
    let mut ledger = shop.ledger().await;
    ledger["requests"].take();
    let scenarios = shop.control("GET", "/control/scenarios", "").await;
    let maintenance = shop.control("GET", "/control/maintenance", "").await;
    serde_json::json!([ledger, scenarios, maintenance])
}

/// Moves money in every way there is; returns the keys: one that pays, one that finds funds at the third attempt, and
/// one that was told to be frozen.
async fn live(shop: &Shop) -> [String; 3] {
    let bid = shop.key_of(ACCOUNT).await;
    let tid = shop.pay(&charge(&bid, "pay-1", 1_000)).await.tid.unwrap();
    shop.pay(&cancel(&tid, "cancel-1", Some(300))).await;
    shop.pay(&net_cancel("pay-1")).await;
    shop.pay(&charge(&bid, "pay-2", 0)).await;
    shop.pay(&charge("BIKYjadong000m1104999999999999", "pay-3", 10)).await;
    for (account, order_id) in [
        ("0007", "pay-4"),
        ("0008", "pay-5"),
        ("0009", "pay-6"),
        ("0010", "pay-7"),
    ] {
        let bid = shop.key_of(&format!("110-222-33{account}")).await;
        shop.give_up(&charge(&bid, order_id, 1_000)).await;
    }
    shop.is_dropped(&net_cancel("pay-6")).await;
    shop.pay(&net_cancel("pay-7")).await;
    let third = shop.key_of("110-222-330011").await;
    shop.pay(&charge(&third, "pay-8", 10)).await;
    shop.pay(&charge(&third, "pay-9", 10)).await;
    let receipt = shop
        .receipt(&issue_receipt("receipt-1", 10, "01012345678"))
        .await
        .tid
        .unwrap();
    shop.receipt(&cancel_receipt(&receipt, "receipt-2")).await;
    shop.receipt(&issue_receipt("receipt-3", 10, "01012345678")).await;
    let frozen = shop.key_of(ACCOUNT).await;
    let path = format!("/control/accounts/{frozen}/scenario");
    shop.control("PUT", &path, r#"{"scenario":"account-frozen"}"#).await;
    let window = r#"{"bank_code":"088","from_ms":0,"until_ms":9000000000000}"#;
    shop.control("PUT", "/control/maintenance", window).await;
    [bid, third, frozen]
}

#[tokio::test]
async fn a_restarted_bank_knows_every_debit_refund_and_receipt() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open_in(Some(folder.path())).await;
    let [pays, third, frozen] = live(&shop).await;
    let before = world(&shop).await;
    shop.bank.stop().await;

    let shop = Shop::open_in(Some(folder.path())).await;
    assert_eq!(world(&shop).await, before);
    for used in ["pay-1", "pay-2", "pay-3", "pay-4", "pay-5", "cancel-1", "receipt-2"] {
        assert_eq!(shop.code(&charge(&pays, used, 10)).await, "U112", "{used}");
    }
    assert_eq!(shop.moved("pay-1").await, (1_000, 1_000));
    assert_eq!(shop.code(&find("pay-4")).await, "0000");
    assert_eq!(shop.code(&find("pay-5")).await, "V100");
    assert_eq!(shop.code(&find("pay-6")).await, "S999");
    shop.is_dropped(&net_cancel("pay-6")).await;
    assert_eq!(shop.moved("pay-6").await, (1_000, 1_000));
    assert_eq!(shop.code(&find("pay-7")).await, "V100");
    shop.later(5_000);
    assert_eq!(shop.code(&find("pay-7")).await, "0000");
    assert_eq!(shop.code(&charge(&third, "pay-10", 10)).await, "0000");
    assert_eq!(shop.code(&charge(&frozen, "pay-11", 10)).await, "V303");
}

#[tokio::test]
async fn a_journal_that_debits_twice_or_gives_back_too_much_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open_in(Some(folder.path())).await;
    let bid = shop.key_of(ACCOUNT).await;
    let tid = shop.pay(&charge(&bid, "pay-1", 1_000)).await.tid.unwrap();
    shop.pay(&cancel(&tid, "cancel-1", Some(600))).await;
    shop.bank.stop().await;
    let journal = folder.path().join("bank.journal");
    let whole = fs::read_to_string(&journal).unwrap();
    let lines: Vec<_> = whole.lines().collect();
    assert_eq!(lines.len(), 4);
    let again = lines[3].replace("cancel-1", "cancel-2");
    for spoilt in [lines[2], again.as_str()] {
        fs::write(&journal, format!("{whole}{spoilt}\n")).unwrap();
        let mut config = jadong_simulator::SimulatorConfig::sandbox("127.0.0.1:0".parse().unwrap());
        config.folder = Some(folder.path().to_path_buf());
        let clock = std::sync::Arc::new(seams::SystemClock);
        let started = jadong_simulator::start(config, clock, std::sync::Arc::new(seams::OsEntropy)).await;
        let error = started.err().expect("the bank does not start");
        assert!(
            matches!(error, jadong_simulator::StartError::BadJournal { line: 5 }),
            "{error}"
        );
    }
}

#[tokio::test]
async fn the_journal_names_the_scenario_and_not_the_account() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open_in(Some(folder.path())).await;
    let mut fields = payer(PHONE);
    fields.account_no = "987-654-320011".into();
    let started = start_with("order-1", nicepay::wire::WireAuthType::Ars, &fields);
    let tid = shop.answer(&started).await.tid.unwrap();
    shop.answer(&register("order-1", &tid)).await;
    shop.bank.stop().await;
    let journal = fs::read_to_string(folder.path().join("bank.journal")).unwrap();
    assert!(journal.contains(r#""debit":"funds-at-third-attempt""#));
    assert!(!journal.contains("320011"));
}
