//! The control API.

use std::time::Duration;

use nicepay::wire::ConsentStatus;

use crate::client::Request;
use crate::shop::{PHONE, Shop, find, register, start};

#[tokio::test]
async fn a_waiting_call_is_listed_and_answered_by_a_person() {
    let shop = Shop::open().await;
    shop.answer(&start("order-1", PHONE)).await;
    shop.answer(&start("order-2", "010-0000-0007")).await;
    let ringing = shop.control("GET", "/control/calls?status=ringing", "").await;
    let calls = ringing.as_array().unwrap();
    assert_eq!(calls.len(), 1);
    let call = &calls[0];
    assert_eq!(call["order_id"], "order-2");
    assert_eq!(call["phone_masked"], "010****0007");
    assert_eq!(call["auth_type"], "ARS");
    assert_eq!(call["status"], "ringing");
    assert_eq!(call["scenario"], "waits");
    assert_eq!(call["registered"], false);
    assert!(call["says"].as_str().unwrap().contains("월 구독"));

    let path = "/control/calls/order-2/answer";
    shop.control("POST", path, r#"{"action":"agree"}"#).await;
    let found = shop.answer(&find("order-2")).await;
    assert_eq!(found.consent_status, Some(ConsentStatus::Agreed));

    let again = Request::new("POST", path, r#"{"action":"refuse"}"#);
    let again = shop.send(&again).await.unwrap().unwrap();
    assert_eq!((again.status, &again.json()["error"]), (409, &"already-over".into()));
    let nobody = Request::new("POST", "/control/calls/order-9/answer", r#"{"action":"agree"}"#);
    let nobody = shop.send(&nobody).await.unwrap().unwrap();
    assert_eq!((nobody.status, &nobody.json()["error"]), (404, &"no-such-call".into()));
}

#[tokio::test]
async fn by_hand_every_call_rings_until_it_is_answered() {
    let shop = Shop::open().await;
    assert_eq!(shop.control("GET", "/control/phone", "").await["answering"], "auto");
    shop.control("PUT", "/control/phone", r#"{"answering":"by-hand"}"#)
        .await;
    assert_eq!(shop.control("GET", "/control/phone", "").await["answering"], "by-hand");
    let rung = shop.answer(&start("order-1", PHONE)).await;
    let refuser = shop.answer(&start("order-2", "010-0000-0001")).await;
    assert_eq!(rung.consent_status, Some(ConsentStatus::Ringing));
    assert_eq!(refuser.consent_status, Some(ConsentStatus::Ringing));
    let calls = shop.control("GET", "/control/calls?status=ringing", "").await;
    assert_eq!(calls.as_array().unwrap().len(), 2);
    assert_eq!(calls[0]["rung"], 1);
    assert!(calls[0]["says_in_english"].as_str().unwrap().contains("press 1"));

    shop.control("PUT", "/control/phone", r#"{"answering":"auto"}"#).await;
    let again = shop.answer(&start("order-3", PHONE)).await;
    assert_eq!(again.consent_status, Some(ConsentStatus::Agreed));
    let calls = shop.control("GET", "/control/calls?status=ringing", "").await;
    assert_eq!(calls.as_array().unwrap().len(), 2, "those that ring go on ringing");
}

#[tokio::test]
async fn the_newest_calls_come_first_and_a_wrong_status_is_an_error() {
    let shop = Shop::open().await;
    shop.answer(&start("order-1", PHONE)).await;
    shop.answer(&start("order-2", PHONE)).await;
    let calls = shop.control("GET", "/control/calls", "").await;
    assert_eq!(calls[0]["order_id"], "order-2");
    assert_eq!(calls[1]["order_id"], "order-1");
    let wrong = Request::new("GET", "/control/calls?status=singing", "");
    assert_eq!(shop.send(&wrong).await.unwrap().unwrap().status, 400);
}

#[tokio::test]
async fn a_phone_behaves_as_told_until_the_scenario_is_removed() {
    let shop = Shop::open().await;
    let path = "/control/scenarios/010-1234-5678";
    shop.control("PUT", path, r#"{"scenario":"refuses"}"#).await;
    let refused = shop.answer(&start("order-1", PHONE)).await;
    assert_eq!(refused.consent_status, Some(ConsentStatus::Refused));
    let listed = shop.control("GET", "/control/scenarios", "").await;
    assert_eq!(listed["set"][0]["scenario"], "refuses");
    assert_eq!(listed["set"][0]["phone_masked"], "010****5678");
    assert_eq!(listed["usual"][0]["phone"], "01000000001");

    shop.control("DELETE", path, "").await;
    let agreed = shop.answer(&start("order-2", PHONE)).await;
    assert_eq!(agreed.consent_status, Some(ConsentStatus::Agreed));
    let gone = shop.send(&Request::new("DELETE", path, "")).await.unwrap().unwrap();
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn the_answer_delay_and_the_shop_can_be_changed() {
    let shop = Shop::open().await;
    shop.control("PUT", "/control/customer", r#"{"answer_delay_ms":1000}"#)
        .await;
    let started = shop.answer(&start("order-1", PHONE)).await;
    assert_eq!(started.consent_status, Some(ConsentStatus::Ringing));
    shop.clock.advance(Duration::from_secs(1));
    let tid = started.tid.unwrap();
    shop.control("PUT", "/control/shop", r#"{"register":"F117"}"#).await;
    assert_eq!(shop.answer(&register("order-1", &tid)).await.result_code, "F117");
    shop.control("PUT", "/control/shop", r#"{"register":"allowed"}"#).await;
    assert_eq!(shop.answer(&register("order-1", &tid)).await.result_code, "0000");
}

#[tokio::test]
async fn what_the_control_api_does_not_know_is_an_error_with_a_reason() {
    let shop = Shop::open().await;
    let cases = [
        ("PUT", "/control/customer", r#"{"answer_delay_ms":-1}"#, 400),
        ("PUT", "/control/shop", r#"{"register":"F118"}"#, 400),
        ("PUT", "/control/scenarios/01012345678", r#"{"scenario":"sings"}"#, 400),
        ("PUT", "/control/scenarios/abc", r#"{"scenario":"refuses"}"#, 400),
        ("POST", "/control/faults", r#"{"kind":"explode"}"#, 400),
        ("POST", "/control/faults", r#"{"kind":"hang","times":0}"#, 400),
        ("GET", "/control/nothing", "", 404),
    ];
    for (method, path, body, status) in cases {
        let response = shop.send(&Request::new(method, path, body)).await.unwrap().unwrap();
        assert_eq!(response.status, status, "{path} {body}");
        assert!(response.json()["message"].is_string(), "{path} {body}");
    }
}

#[tokio::test]
async fn web_pages_and_bodies_of_another_type_are_refused_and_change_nothing() {
    let shop = Shop::open().await;
    let by_hand = || Request::new("PUT", "/control/phone", r#"{"answering":"by-hand"}"#);
    for host in ["rebound.example", "bank", "10.0.0.1", ""] {
        let asked = Request { host, ..by_hand() };
        assert_eq!(shop.send(&asked).await.unwrap().unwrap().status, 403, "{host}");
        let read = Request {
            host,
            ..Request::new("GET", "/control/ledger", "")
        };
        assert_eq!(shop.send(&read).await.unwrap().unwrap().status, 403, "{host}");
    }
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "",
        "text/plain;application/json",
    ] {
        let asked = Request {
            content_type,
            ..by_hand()
        };
        let answer = shop.send(&asked).await.unwrap().unwrap();
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (415, &"not-json".into()),
            "{content_type}"
        );
    }
    assert_eq!(shop.control("GET", "/control/phone", "").await["answering"], "auto");
    let good = Request {
        host: "localhost",
        content_type: "application/json; charset=utf-8",
        ..by_hand()
    };
    assert_eq!(shop.send(&good).await.unwrap().unwrap().status, 200);
}

#[tokio::test]
async fn each_project_has_a_phone_and_faults_of_its_own() {
    let shop = Shop::open().await;
    let of = |project: &'static str, request: Request| Request {
        project: Some(project),
        ..request
    };
    let set = of("a", Request::new("PUT", "/control/phone", r#"{"answering":"by-hand"}"#));
    assert_eq!(shop.send(&set).await.unwrap().unwrap().status, 200);
    let status = async |request: Request| shop.answer(&request).await.consent_status;
    assert_eq!(
        status(of("a", start("order-1", PHONE))).await,
        Some(ConsentStatus::Ringing)
    );
    assert_eq!(
        status(of("b", start("order-2", PHONE))).await,
        Some(ConsentStatus::Agreed)
    );
    assert_eq!(status(start("order-3", PHONE)).await, Some(ConsentStatus::Agreed));

    let fault = of(
        "b",
        Request::new("POST", "/control/faults", r#"{"on":"start","kind":"refuse"}"#),
    );
    assert_eq!(shop.send(&fault).await.unwrap().unwrap().status, 200);
    assert_eq!(
        status(of("a", start("order-4", PHONE))).await,
        Some(ConsentStatus::Ringing)
    );
    assert_eq!(shop.answer(&of("b", start("order-5", PHONE))).await.result_code, "U301");
    assert_eq!(shop.control("GET", "/control/faults", "").await, serde_json::json!([]));
}
