//! `POST /v2/request/token`: the legacy credentials.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use testkit::assert_answers;
use testkit::{Answer, Merchant, OTHER, SANDBOX, TestGateway};

const TOKEN: &str = "/v2/request/token";

fn legacy(name: &str) -> Value {
    json!({ "application_id": format!("{name}_application_id"), "private_key": format!("{name}_private_key") })
}

async fn token_of(gateway: &TestGateway, name: &str) -> String {
    let answer = gateway.anybody().post(TOKEN, legacy(name)).await.expect(200);
    answer.text("access_token")
}

#[tokio::test]
async fn a_token_is_64_hex_characters_for_30_minutes_and_opens_the_api() {
    let gateway = TestGateway::start().await;
    let answer = gateway.anybody().post(TOKEN, legacy(SANDBOX)).await.expect(200);
    let token = answer.text("access_token");
    assert_eq!(answer.body, format!(r#"{{"access_token":"{token}","expire_in":1800}}"#));
    assert_eq!(token.len(), 64);
    assert!(
        token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
        "{token}"
    );
    gateway.anybody().bearer(&token).issue(json!({})).await;
    gateway.stop().await;
}

#[tokio::test]
async fn within_25_minutes_it_is_the_same_token_and_later_another() {
    let gateway = TestGateway::start().await;
    let first = token_of(&gateway, SANDBOX).await;
    gateway.clock.advance(Duration::from_secs(25 * 60 - 1));
    assert_eq!(token_of(&gateway, SANDBOX).await, first);
    gateway.clock.advance(Duration::from_secs(1));
    let second = token_of(&gateway, SANDBOX).await;
    assert_ne!(second, first);
    for token in [&first, &second] {
        let asked = gateway.anybody().bearer(token).get("/v2/receipt/none").await;
        assert_eq!(
            asked.verdict(),
            "404 RC_NOT_FOUND",
            "both are alive until the first one's 30 minutes"
        );
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_token_dies_after_30_minutes() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.anybody().bearer(&token_of(&gateway, SANDBOX).await);
    gateway.clock.advance(Duration::from_secs(30 * 60 - 1));
    assert_eq!(merchant.get("/v2/receipt/none").await.verdict(), "404 RC_NOT_FOUND");
    gateway.clock.advance(Duration::from_secs(1));
    assert_eq!(
        merchant.get("/v2/receipt/none").await.verdict(),
        "401 TOKEN_KEY_INVALID"
    );
    gateway.stop().await;
}

#[tokio::test]
async fn an_authorization_header_on_the_token_call_changes_nothing() {
    let gateway = TestGateway::start().await;
    let plain = token_of(&gateway, SANDBOX).await;
    let callers: [(&str, Merchant); 4] = [
        ("valid Basic", gateway.merchant()),
        ("somebody else's Basic", gateway.merchant_named(OTHER)),
        ("wrong Basic", gateway.anybody().basic("nobody", "nothing")),
        ("a dead token", gateway.anybody().bearer("0000")),
    ];
    for (name, caller) in callers {
        let answer = caller.post(TOKEN, legacy(SANDBOX)).await.expect(200);
        assert_eq!(answer.text("access_token"), plain, "{name}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn gos_body_keys_and_a_bare_basic_header_get_the_same_token() {
    let gateway = TestGateway::start().await;
    let plain = token_of(&gateway, SANDBOX).await;
    let go = json!({ "client_key": "sandbox_client_key", "server_key": "sandbox_secret_key" });
    let answer = gateway.anybody().post(TOKEN, go).await.expect(200);
    assert_eq!(answer.text("access_token"), plain);
    let bare = gateway.merchant().request(Method::POST, TOKEN);
    assert_eq!(Answer::to(bare).await.expect(200).text("access_token"), plain);
    gateway.stop().await;
}

#[tokio::test]
async fn wrong_credentials_are_told_apart() {
    let gateway = TestGateway::start().await;
    let cases = [
        (
            "unknown application_id",
            json!({ "application_id": "nobody", "private_key": "sandbox_private_key" }),
        ),
        (
            "wrong private_key",
            json!({ "application_id": "sandbox_application_id", "private_key": "wrong" }),
        ),
        ("no private_key", json!({ "application_id": "sandbox_application_id" })),
        (
            "another project's private_key",
            json!({ "application_id": "sandbox_application_id", "private_key": "other_private_key" }),
        ),
        (
            "the secret_key for the private_key",
            json!({ "application_id": "sandbox_application_id", "private_key": "sandbox_secret_key" }),
        ),
        (
            "unknown client_key",
            json!({ "client_key": "nobody", "server_key": "sandbox_secret_key" }),
        ),
        (
            "wrong server_key",
            json!({ "client_key": "sandbox_client_key", "server_key": "wrong" }),
        ),
        ("nothing", json!({})),
    ];
    let mut answers = Vec::new();
    for (name, body) in cases {
        answers.push((name.to_owned(), gateway.anybody().post(TOKEN, body).await));
    }
    assert_answers!("token__wrong_credentials", answers);
    gateway.stop().await;
}

#[tokio::test]
async fn a_token_sees_only_its_own_project() {
    let gateway = TestGateway::start().await;
    let mine = gateway.anybody().bearer(&token_of(&gateway, SANDBOX).await);
    let theirs = gateway.anybody().bearer(&token_of(&gateway, OTHER).await);
    let (receipt_id, _key) = mine.issue(json!({})).await;
    let path = format!("/v2/receipt/{receipt_id}");
    assert_eq!(mine.get(&path).await.verdict(), "200");
    assert_eq!(theirs.get(&path).await.verdict(), "404 RC_NOT_FOUND");
    gateway.stop().await;
}
