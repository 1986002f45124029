//! Bodies that are no request.

use serde_json::json;

use testkit::assert_answers;
use testkit::merchant::TRANSFER;
use testkit::{TestGateway, application};

const JSON: Option<&str> = Some("application/json");

#[tokio::test]
async fn what_is_no_json_object_is_told_what_it_should_have_been() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let cases = [
        ("not JSON", JSON, "pg=nicepay"),
        ("half an object", JSON, r#"{"pg":"nicepay""#),
        ("an array", JSON, r#"[{"pg":"nicepay"}]"#),
        ("an empty array", JSON, "[]"),
        ("a text", JSON, r#""nicepay""#),
        ("null", JSON, "null"),
        ("two objects", JSON, "{}{}"),
        ("a form", Some("application/x-www-form-urlencoded"), "pg=nicepay"),
        ("JSON called text", Some("text/plain"), r#"{"pg":"nicepay"}"#),
    ];
    let mut answers = Vec::new();
    for (name, content_type, body) in cases {
        answers.push((name.to_owned(), merchant.post_text(TRANSFER, content_type, body).await));
    }
    assert_answers!("no_objects", answers);
    gateway.stop().await;
}

#[tokio::test]
async fn an_empty_body_is_an_empty_object() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for (content_type, body) in [
        (JSON, ""),
        (None, ""),
        (JSON, " \n"),
        (JSON, "{}"),
        (Some("text/plain"), ""),
    ] {
        let answer = merchant.post_text(TRANSFER, content_type, body).await;
        assert_eq!(answer.verdict(), "400 RC_PG_NOT_FOUND", "{content_type:?} {body:?}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn json_goes_without_a_content_type_and_with_any_json_type() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = merchant.receipt(json!({})).await;
    for content_type in [
        None,
        Some("application/json; charset=utf-8"),
        Some("Application/JSON"),
        Some("application/vnd.api+json"),
    ] {
        let answer = merchant
            .post_text(TRANSFER, content_type, application().to_string())
            .await;
        assert_eq!(answer.expect(200).text("receipt_id"), receipt_id, "{content_type:?}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_body_ends_at_64_kib() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let body_of = |bytes: usize| {
        let plain = json!({ "padding": "" }).to_string().len();
        json!({ "padding": "x".repeat(bytes - plain) }).to_string()
    };
    let most = merchant.post_text(TRANSFER, JSON, body_of(64 * 1024)).await;
    assert_eq!(most.verdict(), "400 RC_PG_NOT_FOUND", "{}", most.body);
    let more = merchant.post_text(TRANSFER, JSON, body_of(64 * 1024 + 1)).await;
    assert_eq!(more.verdict(), "413 BODY_TOO_LARGE");
    assert_eq!(more.text("hint"), "65536 bytes");
    gateway.stop().await;
}

#[tokio::test]
async fn a_stranger_is_turned_away_before_the_body_is_looked_at() {
    let gateway = TestGateway::start().await;
    let stranger = gateway.anybody();
    for body in ["not JSON".to_owned(), "x".repeat(100_000)] {
        let answer = stranger.post_text(TRANSFER, Some("text/plain"), body).await;
        assert_eq!(answer.verdict(), "401 TOKEN_KEY_INVALID");
    }
    gateway.stop().await;
}
