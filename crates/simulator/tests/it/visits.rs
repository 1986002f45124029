//! Callers whose clocks are ahead of the machine's by different leads: each is answered at its own time.

use crate::client::Request;
use crate::shop::{PHONE, Shop, find as find_consent, start};
use crate::till::{ACCOUNT, charge, find_on, net_cancel};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// 2026-01-02T03:04:05.678+09:00, as the shop's clock starts.
const NOW_MS: i64 = 1_767_290_645_678;
/// Forty days later, in Korea.
const LATER: &str = "20260211";

fn ahead(mut request: Request, days: i64) -> Request {
    request.ahead_ms = Some(days * DAY_MS);
    request
}

#[tokio::test]
async fn each_charge_is_taken_at_its_callers_time_and_the_journal_keeps_the_order_of_events() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open_in(Some(folder.path())).await;
    let bid = shop.key_of(ACCOUNT).await;
    let later = shop.pay(&ahead(charge(&bid, "pay-1", 1_000), 40)).await;
    assert_eq!(later.paid_at.as_deref(), Some("2026-02-11T03:04:05.678+0900"));
    assert_eq!(later.edi_date.as_deref(), Some("2026-02-11T03:04:05.678+0900"));
    let now = shop.pay(&charge(&bid, "pay-2", 2_000)).await;
    assert_eq!(now.paid_at.as_deref(), Some("2026-01-02T03:04:05.678+0900"));
    assert!(now.tid > later.tid, "tids rise with events, not with times");
    shop.bank.stop().await;

    let shop = Shop::open_in(Some(folder.path())).await;
    let ledger = shop.ledger().await;
    let taken: Vec<_> = ledger["debits"].as_array().unwrap().iter().collect();
    assert_eq!(taken[0]["taken_at_ms"], NOW_MS + 40 * DAY_MS);
    assert_eq!(taken[1]["taken_at_ms"], NOW_MS);
    assert_eq!(shop.code(&ahead(find_on("pay-1", LATER), 40)).await, "0000");
    shop.bank.stop().await;
}

#[tokio::test]
async fn the_net_cancels_hour_is_the_callers() {
    let shop = Shop::open().await;
    let bid = shop.key_of(ACCOUNT).await;
    for order in ["pay-1", "pay-2"] {
        shop.pay(&charge(&bid, order, 1_000)).await;
    }
    assert_eq!(shop.code(&net_cancel("pay-1")).await, "0000");
    let too_late = shop.pay(&ahead(net_cancel("pay-2"), 1)).await;
    assert_ne!(too_late.result_code, "0000");
    assert_eq!(shop.moved("pay-2").await, (1_000, 0));
    shop.bank.stop().await;
}

#[tokio::test]
async fn a_late_approval_lands_by_the_clock_of_whoever_asked() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open_in(Some(folder.path())).await;
    let bid = shop.key_of("110-222-330010").await;
    shop.give_up(&ahead(charge(&bid, "pay-1", 1_000), 40)).await;
    assert_eq!(shop.code(&ahead(net_cancel("pay-1"), 40)).await, "V100");
    assert_eq!(shop.moved("pay-1").await, (0, 0));
    shop.bank.stop().await;
    // After a restart too: the lead is in the journal.
    let shop = Shop::open_in(Some(folder.path())).await;
    assert_eq!(shop.moved("pay-1").await, (0, 0));
    shop.later(5_000);
    assert_eq!(shop.moved("pay-1").await, (1_000, 0));
    assert_eq!(shop.code(&ahead(find_on("pay-1", LATER), 40)).await, "0000");
    shop.bank.stop().await;
}

#[tokio::test]
async fn a_call_rings_and_expires_by_its_owners_clock() {
    let shop = Shop::open().await;
    let waits = "01000000007";
    shop.answer(&ahead(start("order-1", waits), 40)).await;
    shop.answer(&start("order-2", waits)).await;
    let ringing = async || {
        let calls = shop.control("GET", "/control/calls?status=ringing", "").await;
        calls.as_array().unwrap().len()
    };
    assert_eq!(ringing().await, 2);
    // Its owner's clock was moved on by a day: it is over, and the other goes on ringing.
    let over = shop.answer(&ahead(find_consent("order-1"), 41)).await;
    assert_eq!(over.consent_status, Some(nicepay::wire::ConsentStatus::Expired));
    assert_eq!(ringing().await, 1);
    shop.control("POST", "/control/calls/order-2/answer", r#"{"action":"agree"}"#)
        .await;
    let agreed = shop.answer(&find_consent("order-2")).await;
    assert_eq!(agreed.consent_status, Some(nicepay::wire::ConsentStatus::Agreed));
    let agrees = shop.answer(&ahead(start("order-3", PHONE), 40)).await;
    assert_eq!(agrees.consent_status, Some(nicepay::wire::ConsentStatus::Agreed));
    shop.bank.stop().await;
}
