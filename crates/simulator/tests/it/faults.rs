//! Each kind of fault as a client sees it, and whether the call took effect behind it.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use nicepay::sign;
use nicepay::wire::ConsentAnswer;
use serde_json::json;

use crate::client::{Connection, Request};
use crate::shop::{EDI, PHONE, S, Shop, expire, find, register, start};

async fn fault(shop: &Shop, body: &str) {
    shop.control("POST", "/control/faults", body).await;
}

/// How often the phone of `order-1` rang, by the ledger.
async fn rung(shop: &Shop) -> u64 {
    let ledger = shop.ledger().await;
    let calls = ledger["calls"].as_array().unwrap();
    calls.iter().map(|call| call["rung"].as_u64().unwrap()).sum()
}

#[tokio::test]
async fn drop_before_and_drop_after_end_the_connection_on_either_side_of_the_commit() {
    for (kind, expected) in [("drop-before", 0), ("drop-after", 1)] {
        let shop = Shop::open().await;
        fault(&shop, &format!(r#"{{"on":"start","kind":"{kind}"}}"#)).await;
        assert!(shop.send(&start("order-1", PHONE)).await.unwrap().is_none(), "{kind}");
        assert_eq!(rung(&shop).await, expected, "{kind}");
        let code = shop.answer(&find("order-1")).await.result_code;
        assert_eq!(code, if expected == 0 { "V100" } else { "0000" }, "{kind}");
    }
}

#[tokio::test]
async fn hang_applies_nothing_and_never_answers() {
    let shop = Shop::open().await;
    fault(&shop, r#"{"on":"start","kind":"hang"}"#).await;
    let request = start("order-1", PHONE);
    let mut connection = Connection::open(shop.bank.addr()).await.unwrap();
    let answer = tokio::time::timeout(Duration::from_millis(300), connection.send(&request)).await;
    assert!(answer.is_err());
    assert_eq!(rung(&shop).await, 0);
}

#[tokio::test]
async fn slow_commits_at_once_and_answers_late() {
    let shop = Shop::open().await;
    fault(&shop, r#"{"on":"start","kind":"slow","slow_ms":300}"#).await;
    let began = Instant::now();
    let request = start("order-1", PHONE);
    let early = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        rung(&shop).await
    };
    let (answer, rung_early) = tokio::join!(shop.answer(&request), early);
    assert_eq!((answer.result_code.as_str(), rung_early), ("0000", 1));
    assert!(began.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn bad_gateway_and_garbage_hide_an_act_that_happened() {
    for (kind, status) in [("bad-gateway-after", 502), ("garbage", 200)] {
        let shop = Shop::open().await;
        fault(&shop, &format!(r#"{{"on":"start","kind":"{kind}"}}"#)).await;
        let response = shop.send(&start("order-1", PHONE)).await.unwrap().unwrap();
        assert_eq!(response.status, status);
        assert!(
            serde_json::from_slice::<ConsentAnswer>(&response.body).is_err(),
            "{kind}"
        );
        assert_eq!(rung(&shop).await, 1, "{kind}");
    }
}

#[tokio::test]
async fn half_body_promises_all_of_it_and_breaks_off() {
    let shop = Shop::open().await;
    fault(&shop, r#"{"on":"start","kind":"half-body"}"#).await;
    let mut connection = Connection::open(shop.bank.addr()).await.unwrap();
    let response = connection.send(&start("order-1", PHONE)).await.unwrap().unwrap();
    assert_eq!(response.status, 200);
    assert!(!response.body.is_empty());
    assert_eq!(response.body.len(), response.content_length / 2);
    assert!(connection.is_closed().await);
    assert_eq!(rung(&shop).await, 1);
}

#[tokio::test]
async fn wrong_signature_is_an_otherwise_good_answer() {
    let shop = Shop::open().await;
    fault(&shop, r#"{"on":"register","kind":"wrong-signature"}"#).await;
    let tid = shop.answer(&start("order-1", PHONE)).await.tid.unwrap();
    let registered = shop.answer(&register("order-1", &tid)).await;
    assert_eq!(registered.result_code, "0000");
    assert_ne!(registered.signature, Some(sign::answer(&tid, 0, EDI, S)));
    assert_eq!(registered.signature.unwrap().len(), 64);
    assert_eq!(shop.answer(&find("order-1")).await.bid, registered.bid);
}

#[tokio::test]
async fn a_dropped_registration_and_expiry_are_found_done() {
    let shop = Shop::open().await;
    fault(&shop, r#"{"on":"register","kind":"drop-after"}"#).await;
    fault(&shop, r#"{"on":"expire","kind":"drop-after"}"#).await;
    let tid = shop.answer(&start("order-1", PHONE)).await.tid.unwrap();
    assert!(shop.send(&register("order-1", &tid)).await.unwrap().is_none());
    assert_eq!(shop.answer(&register("order-1", &tid)).await.result_code, "A127");
    let bid = shop.answer(&find("order-1")).await.bid.unwrap();
    assert!(shop.send(&expire(&bid, "expiry-1")).await.unwrap().is_none());
    assert_eq!(shop.answer(&expire(&bid, "expiry-2")).await.result_code, "U115");
}

#[tokio::test]
async fn faults_are_listed_used_up_and_cleared() {
    let shop = Shop::open().await;
    fault(&shop, r#"{"on":"find","kind":"drop-before","times":3}"#).await;
    assert!(shop.send(&find("order-1")).await.unwrap().is_none());
    let waiting = shop.control("GET", "/control/faults", "").await;
    assert_eq!(
        waiting,
        json!([{"id": 1, "on": "find", "kind": "drop-before", "times": 2, "slow_ms": 500}])
    );
    shop.control("DELETE", "/control/faults", "").await;
    assert_eq!(shop.answer(&find("order-1")).await.result_code, "V100");
}

#[tokio::test]
async fn refused_connections_are_refused_and_come_back_on_the_same_port() {
    let shop = Shop::open().await;
    let mut idle = Connection::open(shop.bank.addr()).await.unwrap();
    idle.send(&find("order-1")).await.unwrap().unwrap();
    fault(&shop, r#"{"kind":"refuse-connection","for_ms":400}"#).await;
    let refused = Connection::open(shop.bank.addr()).await.err().map(|error| error.kind());
    assert_eq!(refused, Some(ErrorKind::ConnectionRefused));
    assert!(idle.is_closed().await);
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(shop.answer(&find("order-1")).await.result_code, "V100");
    // And once more: the port was not lost on the way.
    fault(&shop, r#"{"kind":"refuse-connection","for_ms":100}"#).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(shop.answer(&find("order-1")).await.result_code, "V100");
}

#[tokio::test]
async fn a_bank_that_stops_lets_go_of_hanging_clients_and_of_its_port() {
    let shop = Shop::open().await;
    fault(&shop, r#"{"on":"any","kind":"hang"}"#).await;
    let addr = shop.bank.addr();
    let mut hanging = Connection::open(addr).await.unwrap();
    let request: Request = find("order-1");
    let answer = tokio::spawn(async move { hanging.send(&request).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    shop.bank.stop().await;
    assert!(!matches!(answer.await.unwrap(), Ok(Some(_))));
    assert!(Connection::open(addr).await.is_err());
}
