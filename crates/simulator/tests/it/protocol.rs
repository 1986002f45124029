//! The four calls and their envelope.

use nicepay::sign;
use nicepay::wire::{ConsentStatus, WireAuthType};
use serde_json::json;

use crate::client::{Connection, Request};
use crate::shop::{EDI, PHONE, S, Shop, expire, find, payer, register, signed, start, start_with};

#[tokio::test]
async fn a_key_is_started_found_registered_and_expired() {
    let shop = Shop::open().await;
    let started = shop.answer(&start("order-1", PHONE)).await;
    assert_eq!(started.result_code, "0000");
    assert_eq!(started.consent_status, Some(ConsentStatus::Agreed));
    assert_eq!(started.edi_date.as_deref(), Some(EDI));
    let tid = started.tid.unwrap();
    assert_eq!(tid, "jadong000m02162601020304050001");
    assert_eq!(started.signature, Some(sign::answer(&tid, 0, EDI, S)));

    let registered = shop.answer(&register("order-1", &tid)).await;
    assert_eq!(registered.result_code, "0000");
    assert_eq!(registered.signature, Some(sign::answer(&tid, 0, EDI, S)));
    let bid = registered.bid.unwrap();
    assert_eq!(bid.len(), 30);
    assert_eq!(shop.answer(&register("order-1", &tid)).await.result_code, "A127");
    assert_eq!(shop.answer(&find("order-1")).await.bid.as_deref(), Some(bid.as_str()));

    let expired = shop.answer(&expire(&bid, "expiry-1")).await;
    assert_eq!(
        (expired.result_code.as_str(), expired.bid.as_ref()),
        ("0000", Some(&bid))
    );
    assert_eq!(expired.signature, None);
    assert_eq!(shop.answer(&expire(&bid, "expiry-2")).await.result_code, "U115");
}

#[tokio::test]
async fn a_logical_error_has_neither_tid_nor_signature() {
    let shop = Shop::open().await;
    let refused = shop.answer(&start("order-1", "01000000008")).await;
    assert_eq!(refused.result_code, "V101");
    assert_eq!(
        (refused.tid, refused.consent_status, refused.signature),
        (None, None, None)
    );
    assert_eq!(shop.answer(&find("order-1")).await.result_code, "V100");
    let app = start_with("order-1", WireAuthType::App, &payer("01000000011"));
    assert_eq!(shop.answer(&app).await.result_code, "V102");
}

#[tokio::test]
async fn a_second_start_is_refused_and_nobody_is_called_again() {
    let shop = Shop::open().await;
    shop.answer(&start("order-1", PHONE)).await;
    assert_eq!(shop.answer(&start("order-1", PHONE)).await.result_code, "U112");
    let ledger = shop.ledger().await;
    assert_eq!(ledger["calls"].as_array().unwrap().len(), 1);
    assert_eq!(ledger["calls"][0]["rung"], 1);
    assert_eq!(ledger["requests"]["start"], 2);
}

#[tokio::test]
async fn wrong_credentials_are_http_401_and_change_nothing() {
    let shop = Shop::open().await;
    for authorization in [None, Some("Basic d3Jvbmc6d3Jvbmc=".to_owned())] {
        let mut request = start("order-1", PHONE);
        request.authorization = authorization;
        let response = shop.send(&request).await.unwrap().unwrap();
        assert_eq!(response.status, 401);
        assert_eq!(response.json()["resultCode"], "U305");
    }
    assert_eq!(shop.ledger().await["calls"], json!([]));
}

#[tokio::test]
async fn a_wrong_signature_is_u312_in_every_call() {
    let shop = Shop::open().await;
    let tid = shop.answer(&start("order-1", PHONE)).await.tid.unwrap();
    let bid = shop.answer(&register("order-1", &tid)).await.bid.unwrap();
    let calls = [
        start("order-2", PHONE),
        find("order-1"),
        register("order-1", &tid),
        expire(&bid, "expiry-1"),
    ];
    for mut call in calls {
        // The date is signed; another one is another signature.
        call.body = call.body.replace("2026-01-02", "2026-01-03");
        call.path = call.path.replace("2026-01-02", "2026-01-03");
        assert_eq!(shop.answer(&call).await.result_code, "U312", "{}", call.path);
    }
    assert_eq!(shop.answer(&find("order-2")).await.result_code, "V100");
}

#[tokio::test]
async fn what_cannot_be_read_is_u301() {
    let shop = Shop::open().await;
    let good = start("order-1", PHONE);
    let mut fields: serde_json::Value = serde_json::from_str(&good.body).unwrap();
    let mut bodies = vec![String::new(), "{}".to_owned(), "[1,".to_owned()];
    let changes = [
        ("encData", json!("00ff")),
        ("encData", json!("zz")),
        ("encMode", json!("A1")),
        ("authType", json!("FAX")),
        ("goodsName", json!("가".repeat(41))),
    ];
    for (name, value) in changes {
        let before = std::mem::replace(&mut fields[name], value);
        bodies.push(fields.to_string());
        fields[name] = before;
    }
    for body in bodies {
        let request = signed(Request::new("POST", good.path.clone(), body));
        assert_eq!(shop.answer(&request).await.result_code, "U301", "{}", request.body);
    }
    let mut resident = payer(PHONE);
    resident.id_no = "9001011234567".into();
    let request = start_with("order-1", WireAuthType::Ars, &resident);
    assert_eq!(shop.answer(&request).await.result_code, "U301");
    assert_eq!(shop.ledger().await["calls"], json!([]));
}

#[tokio::test]
async fn an_unknown_path_method_or_a_long_body_is_said_by_the_status() {
    let shop = Shop::open().await;
    let long = "x".repeat(64 * 1024 + 1);
    let cases = [
        (Request::new("GET", "/v1/payments", ""), 404),
        (Request::new("GET", "/v1/subscribe/account/consents", ""), 405),
        (signed(Request::new("POST", "/v1/subscribe/account/regist", long)), 413),
    ];
    for (request, status) in cases {
        assert_eq!(shop.send(&request).await.unwrap().unwrap().status, status);
    }
}

#[tokio::test]
async fn a_connection_serves_one_call_after_another() {
    let shop = Shop::open().await;
    let mut connection = Connection::open(shop.bank.addr()).await.unwrap();
    for index in 0..20 {
        let request = start(&format!("order-{index}"), PHONE);
        let response = connection.send(&request).await.unwrap().unwrap();
        assert_eq!(response.json()["resultCode"], "0000");
    }
}
