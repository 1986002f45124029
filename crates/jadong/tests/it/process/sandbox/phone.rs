//! `/sandbox/calls` and `/sandbox/phone`.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{by_hand, call, ringing};
use testkit::Merchant;
use testkit::process::TestDir;

/// A hold that is longer than any test waits.
const HOLD: (&str, &str) = ("JADONG_CONSENT_HOLD", "60s");

#[tokio::test]
async fn by_hand_every_call_rings_and_its_answer_reaches_the_waiting_request_at_once() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[HOLD]).await;
    let api = gateway.merchant();
    assert_eq!(api.get("/sandbox/phone").await.text("answering"), "auto");
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
            let subscription = format!("sub_{number}");
            merchant.ask(json!({ "subscription_id": subscription })).await
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
        let answered = api.post(&path, json!({ "answer": answer })).await;
        assert_eq!(answered.text("answer"), answer, "{}", answered.body);
        let ended = waiting.await.expect("no panic");
        let outcome = ended
            .number("status")
            .map_or(ended.error_code(), |status| status.to_string());
        assert_eq!(outcome, expected, "{}", ended.body);
        assert!(asked.elapsed() < Duration::from_secs(15), "{:?}", asked.elapsed());

        let again = api.post(&path, json!({ "answer": "agree" })).await;
        assert_eq!((again.status, again.error_code().as_str()), (409, "SANDBOX_REFUSED"));
    }
    let all = api.get("/sandbox/calls").await.json();
    let states: Vec<_> = all["calls"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|call| call["state"].clone())
        .collect();
    assert_eq!(states, ["wrongKey", "noAnswer", "refused", "agreed"], "newest first");

    api.post("/sandbox/phone", json!({ "answering": "auto" })).await;
    api.issue_for("sub_auto").await;
}

#[tokio::test]
async fn a_project_sees_and_answers_its_own_calls_only() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[HOLD]).await;
    let api = gateway.merchant();
    let stranger = dir.merchant(&gateway.url, "stranger").await;
    let merchant = api.clone();
    let waiting = tokio::spawn(async move {
        merchant
            .ask(json!({ "subscription_id": "sub_1", "phone": "01000000007" }))
            .await
    });
    let receipt_id = call(&api).await["receipt_id"].as_str().expect("text").to_owned();
    assert!(ringing(&stranger).await.is_empty());
    let path = format!("/sandbox/calls/{receipt_id}");
    let refused = stranger.post(&path, json!({ "answer": "refuse" })).await;
    assert_eq!((refused.status, refused.error_code().as_str()), (404, "RC_NOT_FOUND"));
    assert_eq!(api.post(&path, json!({ "answer": "agree" })).await.status, 200);
    let agreed = waiting.await.expect("no panic");
    assert_eq!(agreed.number("status"), Some(41));
}

#[tokio::test]
async fn a_wrong_answer_names_the_right_ones() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    for (path, body, field, hint) in [
        (
            "/sandbox/calls/6655069ca691573f1bb9c28a",
            json!({ "answer": "yes" }),
            "answer",
            "agree, refuse, hang_up, wrong_key",
        ),
        ("/sandbox/phone", json!({}), "answering", "auto, by_hand"),
    ] {
        let wrong = api.post(path, body).await;
        assert_eq!((wrong.status, wrong.error_code().as_str()), (400, "FIELD_INVALID"));
        assert_eq!(
            (wrong.text("field").as_str(), wrong.text("hint").as_str()),
            (field, hint)
        );
    }
    let nobody = api.post("/sandbox/calls/6655069ca691573f1bb9c28a", json!({ "answer": "agree" }));
    assert_eq!(nobody.await.error_code(), "RC_NOT_FOUND");
    let unknown = Merchant::at(&gateway.url)
        .basic("nobody", "nothing")
        .get("/sandbox/calls")
        .await;
    assert_eq!(unknown.status, 401);
}
