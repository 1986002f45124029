//! `/sandbox/calls` and `/sandbox/phone`.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{by_hand, call, post, ringing, stranger};
use testkit::process::TestDir;
use testkit::process::api::{Api, order};

/// A hold that is longer than any test waits.
const HOLD: (&str, &str) = ("JADONG_CONSENT_HOLD", "60s");

#[tokio::test]
async fn by_hand_every_call_rings_and_its_answer_reaches_the_waiting_request_at_once() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[HOLD]).await;
    let api = Api::new(&gateway.url);
    assert_eq!(
        api.get("/sandbox/phone").await.expect("an answer").text("answering"),
        "auto"
    );
    by_hand(&api).await;

    for (number, (answer, expected)) in [
        ("agree", "41"),
        ("refuse", "SUBSCRIBE_AT_CONSENT_REFUSED"),
        ("hang_up", "SUBSCRIBE_AT_CONSENT_NO_ANSWER"),
        ("wrong_key", "SUBSCRIBE_AT_CONSENT_WRONG_KEY"),
    ]
    .into_iter()
    .enumerate()
    {
        let merchant = api.clone();
        let waiting = tokio::spawn(async move {
            let body = order(&format!("sub_{number}"), "01012345678");
            merchant.request(&body).await.expect("an answer")
        });
        let ringing = call(&api).await;
        assert_eq!(ringing["phone"], "010****5678");
        assert_eq!(ringing["username"], "홍길*");
        assert_eq!(ringing["bank_name"], "국민");
        assert_eq!(ringing["auth_type"], "ARS");
        assert_eq!(ringing["scenario"], "waits");
        assert_eq!(ringing["rung"], 1);
        assert!(ringing["says"]["ko"].as_str().expect("text").contains("1번"));
        assert!(ringing["says"]["en"].as_str().expect("text").contains("press 1"));
        // Long enough for the gateway to ask the PG more rarely.
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert!(!waiting.is_finished(), "it rings until somebody answers");

        let path = format!("/sandbox/calls/{}", ringing["receipt_id"].as_str().expect("text"));
        let asked = Instant::now();
        let answered = post(&api, &path, json!({ "answer": answer })).await;
        assert_eq!(answered.text("answer"), answer, "{}", answered.body);
        let told = waiting.await.expect("no panic");
        let said = told
            .number("status")
            .map_or(told.error_code(), |status| status.to_string());
        assert_eq!(said, expected, "{}", told.body);
        assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());

        let again = post(&api, &path, json!({ "answer": "agree" })).await;
        assert_eq!((again.status, again.error_code().as_str()), (409, "SANDBOX_REFUSED"));
    }
    let all = api.get("/sandbox/calls").await.expect("an answer").json();
    let states: Vec<_> = all["calls"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|call| call["state"].clone())
        .collect();
    assert_eq!(states, ["wrongKey", "noAnswer", "refused", "agreed"], "newest first");

    post(&api, "/sandbox/phone", json!({ "answering": "auto" })).await;
    api.issue("sub_auto", "01012345678").await;
}

#[tokio::test]
async fn a_project_sees_and_answers_its_own_calls_only() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[HOLD]).await;
    let api = Api::new(&gateway.url);
    let stranger = stranger(&dir, &gateway.url).await;
    let merchant = api.clone();
    let waiting = tokio::spawn(async move { merchant.request(&order("sub_1", "01000000007")).await });
    let receipt_id = call(&api).await["receipt_id"].as_str().expect("text").to_owned();
    assert!(ringing(&stranger).await.is_empty());
    let path = format!("/sandbox/calls/{receipt_id}");
    let refused = post(&stranger, &path, json!({ "answer": "refuse" })).await;
    assert_eq!((refused.status, refused.error_code().as_str()), (404, "RC_NOT_FOUND"));
    assert_eq!(post(&api, &path, json!({ "answer": "agree" })).await.status, 200);
    let told = waiting.await.expect("no panic").expect("an answer");
    assert_eq!(told.number("status"), Some(41));
}

#[tokio::test]
async fn a_wrong_answer_names_the_right_ones() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = Api::new(&gateway.url);
    for (path, body, field, hint) in [
        (
            "/sandbox/calls/6655069ca691573f1bb9c28a",
            json!({ "answer": "yes" }),
            "answer",
            "agree, refuse, hang_up, wrong_key",
        ),
        ("/sandbox/phone", json!({}), "answering", "auto, by_hand"),
    ] {
        let wrong = post(&api, path, body).await;
        assert_eq!((wrong.status, wrong.error_code().as_str()), (400, "FIELD_INVALID"));
        assert_eq!(
            (wrong.text("field").as_str(), wrong.text("hint").as_str()),
            (field, hint)
        );
    }
    let nobody = post(
        &api,
        "/sandbox/calls/6655069ca691573f1bb9c28a",
        json!({ "answer": "agree" }),
    );
    assert_eq!(nobody.await.error_code(), "RC_NOT_FOUND");
    let unknown = Api::of(&gateway.url, "nobody", "nothing").get("/sandbox/calls").await;
    assert_eq!(unknown.expect("an answer").status, 401);
}
