//! Each kind of fault on a charge and on what follows it, and whether money moved behind it.

use std::time::{Duration, Instant};

use nicepay::payment::PaymentAnswer;
use nicepay::sign;

use crate::client::{Connection, Request};
use crate::shop::Shop;
use crate::till::{ACCOUNT, cancel, charge, find, find_tid, issue_receipt, net_cancel};

async fn open_with(fault: &str) -> (Shop, String) {
    let shop = Shop::open().await;
    let bid = shop.key_of(ACCOUNT).await;
    shop.control("POST", "/control/faults", fault).await;
    (shop, bid)
}

async fn debited(shop: &Shop) -> u64 {
    shop.ledger().await["totals"]["debited"].as_u64().unwrap()
}

#[tokio::test]
async fn a_charge_that_breaks_before_took_nothing_and_may_be_sent_again() {
    let (shop, bid) = open_with(r#"{"on":"charge","kind":"drop-before"}"#).await;
    shop.is_dropped(&charge(&bid, "pay-1", 10)).await;
    shop.control("POST", "/control/faults", r#"{"on":"charge","kind":"hang"}"#)
        .await;
    shop.give_up(&charge(&bid, "pay-1", 10)).await;
    assert_eq!(
        (debited(&shop).await, shop.code(&find("pay-1")).await),
        (0, "V100".to_owned())
    );
    assert_eq!(shop.code(&charge(&bid, "pay-1", 10)).await, "0000");
}

#[tokio::test]
async fn a_charge_that_breaks_after_took_the_money_once() {
    for kind in [
        "drop-after",
        "bad-gateway-after",
        "half-body",
        "garbage",
        "wrong-signature",
        "slow",
    ] {
        let fault = format!(r#"{{"on":"charge","kind":"{kind}","slow_ms":100}}"#);
        let (shop, bid) = open_with(&fault).await;
        let began = Instant::now();
        let response = shop.send(&charge(&bid, "pay-1", 10)).await.unwrap();
        let answer = response
            .as_ref()
            .map(|response| serde_json::from_slice::<PaymentAnswer>(&response.body).ok());
        match kind {
            "drop-after" => assert!(response.is_none()),
            "bad-gateway-after" => assert_eq!(response.unwrap().status, 502),
            "half-body" => {
                let response = response.unwrap();
                assert_eq!(response.body.len(), response.content_length / 2);
            }
            "garbage" => assert_eq!(answer, Some(None)),
            "wrong-signature" => {
                let answer = answer.unwrap().unwrap();
                let right = sign::answer(&answer.tid.unwrap(), 10, &answer.edi_date.unwrap(), crate::shop::S);
                assert_eq!(answer.result_code, "0000");
                assert_ne!(answer.signature, Some(right));
            }
            _ => {
                assert!(began.elapsed() >= Duration::from_millis(100));
                assert_eq!(answer.unwrap().unwrap().result_code, "0000");
            }
        }
        assert_eq!(debited(&shop).await, 10, "{kind}");
        assert_eq!(shop.code(&charge(&bid, "pay-1", 10)).await, "U112", "{kind}");
        assert_eq!(shop.code(&find("pay-1")).await, "0000", "{kind}");
    }
}

#[tokio::test]
async fn a_refused_connection_sends_no_charge() {
    let (shop, bid) = open_with(r#"{"kind":"refuse-connection","for_ms":200}"#).await;
    assert!(shop.send(&charge(&bid, "pay-1", 10)).await.is_err());
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(debited(&shop).await, 0);
}

#[tokio::test]
async fn each_call_has_faults_of_its_own() {
    let (shop, bid) = open_with(r#"{"on":"find-payment","kind":"drop-before","times":2}"#).await;
    let tid = shop.pay(&charge(&bid, "pay-1", 10)).await.tid.unwrap();
    shop.is_dropped(&find("pay-1")).await;
    shop.is_dropped(&find_tid(&tid)).await;
    for on in ["net-cancel", "cancel", "receipt"] {
        let fault = format!(r#"{{"on":"{on}","kind":"drop-after"}}"#);
        shop.control("POST", "/control/faults", &fault).await;
    }
    let listed = shop.control("GET", "/control/faults", "").await;
    assert_eq!(listed[0]["on"], "net-cancel");
    shop.is_dropped(&cancel(&tid, "cancel-1", Some(4))).await;
    assert_eq!(shop.code(&cancel(&tid, "cancel-1", Some(4))).await, "2014");
    shop.is_dropped(&net_cancel("pay-1")).await;
    assert_eq!(shop.code(&net_cancel("pay-1")).await, "2013");
    shop.is_dropped(&issue_receipt("receipt-1", 10, "01012345678")).await;
    let again = shop.receipt(&issue_receipt("receipt-1", 10, "01012345678")).await;
    assert_eq!(again.result_code, "U112");
    assert_eq!(shop.moved("pay-1").await, (10, 10));
}

#[tokio::test]
async fn a_held_answer_ends_with_the_bank_and_keeps_nobody_else_waiting() {
    let shop = Shop::open().await;
    let bid = shop.key_of("110-222-330007").await;
    let addr = shop.bank.addr();
    let request: Request = charge(&bid, "pay-1", 10);
    let mut held = Connection::open(addr).await.unwrap();
    let answer = tokio::spawn(async move { held.send(&request).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(debited(&shop).await, 10);
    shop.bank.stop().await;
    assert!(!matches!(answer.await.unwrap(), Ok(Some(_))));
}
