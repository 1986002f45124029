//! Who may ask, from where, and how often.

use std::time::Duration;

use domain::project::SecretKind;
use reqwest::Method;
use serde_json::json;

use testkit::merchant::{PUBLISH, TRANSFER};
use testkit::{Answer, Merchant, TestGateway, application};
use testkit::{assert_answer, assert_answers};

const RECEIPT: &str = "/v2/receipt/66542d4be86c1eedf6b17965";

/// What a caller with valid credentials hears at [`RECEIPT`].
const LET_IN: &str = "404 RC_NOT_FOUND";

async fn verdict(merchant: Merchant) -> String {
    merchant.get(RECEIPT).await.verdict()
}

#[tokio::test]
async fn wrong_credentials_are_told_apart() {
    let gateway = TestGateway::start().await;
    let callers = [
        ("none", gateway.anybody()),
        ("a scheme that is none", gateway.anybody().authorized("Digest abc")),
        ("a scheme alone", gateway.anybody().authorized("Basic")),
        ("no base64", gateway.anybody().authorized("Basic !!!")),
        ("no colon", gateway.anybody().authorized("Basic c2FuZGJveA==")),
        ("an unknown token", gateway.anybody().bearer(&"0".repeat(64))),
        (
            "an unknown client_key",
            gateway.anybody().basic("nobody", "sandbox_secret_key"),
        ),
        (
            "a wrong secret_key",
            gateway.anybody().basic("sandbox_client_key", "wrong"),
        ),
        ("no secret_key", gateway.anybody().basic("sandbox_client_key", "")),
        (
            "another project's secret_key",
            gateway.anybody().basic("sandbox_client_key", "other_secret_key"),
        ),
        (
            "the private_key for the secret_key",
            gateway.anybody().basic("sandbox_client_key", "sandbox_private_key"),
        ),
    ];
    let mut answers = Vec::new();
    for (name, caller) in callers {
        answers.push((name.to_owned(), caller.get(RECEIPT).await));
    }
    assert_answers!("auth__wrong_credentials", answers);
    gateway.stop().await;
}

#[tokio::test]
async fn both_pairs_of_credentials_open_every_door() {
    let gateway = TestGateway::start().await;
    assert_eq!(verdict(gateway.merchant()).await, LET_IN);
    let legacy = gateway.anybody().basic("sandbox_application_id", "sandbox_private_key");
    assert_eq!(verdict(legacy).await, LET_IN);
    let authorization = "basic  c2FuZGJveF9jbGllbnRfa2V5OnNhbmRib3hfc2VjcmV0X2tleQ== ";
    assert_eq!(verdict(gateway.anybody().authorized(authorization)).await, LET_IN);
    gateway.stop().await;
}

#[tokio::test]
async fn no_endpoint_answers_a_stranger() {
    let gateway = TestGateway::start().await;
    let (receipt_id, key) = gateway.merchant().issue(json!({})).await;
    let stranger = gateway.anybody();
    for (method, path) in [
        (Method::POST, TRANSFER.to_owned()),
        (Method::POST, PUBLISH.to_owned()),
        (Method::GET, format!("/v2/subscribe/billing_key/{receipt_id}")),
        (Method::DELETE, format!("/v2/subscribe/billing_key/{key}")),
        (Method::GET, format!("/v2/billing_key/{key}")),
        (Method::GET, format!("/v2/receipt/{receipt_id}")),
    ] {
        let request = stranger.request(method.clone(), &path).json(&application());
        let answer = Answer::to(request).await;
        assert_eq!(answer.verdict(), "401 TOKEN_KEY_INVALID", "{method} {path}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn only_addresses_on_the_allow_list_get_in() {
    let gateway = TestGateway::with(|plan| plan.allowed_ips = vec!["10.0.0.0/8".to_owned()]).await;
    let legacy = json!({ "application_id": "sandbox_application_id", "private_key": "sandbox_private_key" });
    let answers = [
        ("a request".to_owned(), gateway.merchant().get(RECEIPT).await),
        (
            "the token call".to_owned(),
            gateway.anybody().post("/v2/request/token", legacy).await,
        ),
        (
            "in English".to_owned(),
            gateway.merchant().in_english().get(RECEIPT).await,
        ),
    ];
    assert_answers!("auth__not_on_the_allow_list", answers);
    let claiming = gateway
        .merchant()
        .request(Method::GET, RECEIPT)
        .header("X-Forwarded-For", "10.1.2.3");
    assert_eq!(
        Answer::to(claiming).await.verdict(),
        "401 APP_FIREWALL_BLOCKED",
        "no proxy is trusted"
    );
    gateway.stop().await;

    let gateway =
        TestGateway::with(|plan| plan.allowed_ips = vec!["10.0.0.0/8".to_owned(), "127.0.0.1/32".to_owned()]).await;
    assert_eq!(verdict(gateway.merchant()).await, LET_IN);
    gateway.stop().await;
}

#[tokio::test]
async fn behind_a_proxy_only_what_the_proxy_saw_counts() {
    let gateway = TestGateway::with(|plan| {
        plan.allowed_ips = vec!["10.0.0.0/8".to_owned()];
        plan.trusted_proxies = 1;
    })
    .await;
    for (forwarded, expected) in [
        ("10.1.2.3", LET_IN),
        ("6.6.6.6, 10.1.2.3", LET_IN),
        ("10.1.2.3, 6.6.6.6", "401 APP_FIREWALL_BLOCKED"),
        ("nonsense", "401 APP_FIREWALL_BLOCKED"),
    ] {
        let request = gateway
            .merchant()
            .request(Method::GET, RECEIPT)
            .header("X-Forwarded-For", forwarded);
        assert_eq!(Answer::to(request).await.verdict(), expected, "{forwarded}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_rotated_secret_overlaps_with_the_old_one_for_a_set_time() {
    let gateway = TestGateway::start().await;
    let with_old = || verdict(gateway.merchant());
    let with_new = || verdict(gateway.anybody().basic("sandbox_client_key", "brand new"));
    assert_eq!(with_new().await, "401 APP_SK_NOT_MATCHED");
    gateway
        .rotate(SecretKind::SecretKey, "brand new", Duration::from_secs(3600))
        .await;
    gateway
        .eventually(async || (with_new().await == LET_IN).then_some(()))
        .await;
    assert_eq!(with_old().await, LET_IN);
    gateway.clock.advance(Duration::from_secs(3600));
    assert_eq!(with_old().await, "401 APP_SK_NOT_MATCHED");
    assert_eq!(with_new().await, LET_IN);
    let legacy = gateway.anybody().basic("sandbox_application_id", "sandbox_private_key");
    assert_eq!(verdict(legacy).await, LET_IN, "the other pair was not rotated");
    gateway.stop().await;
}

#[tokio::test]
async fn past_its_rate_a_project_is_told_when_to_come_back_and_others_are_not() {
    let gateway = TestGateway::with(|plan| plan.requests_per_second = 2).await;
    let merchant = gateway.merchant();
    let mut answers = Vec::new();
    for _request in 0..10 {
        answers.push(merchant.get(RECEIPT).await);
    }
    let limited = answers
        .into_iter()
        .find(|answer| answer.status == 429)
        .expect("ten at once are too many");
    assert_answer!(limited, @r#"
    HTTP 429
    content-type: application/json; charset=utf-8
    retry-after: 1

    error_code: "RATE_LIMITED"
    message: "요청 한도를 초과했습니다."
    "#);
    assert_eq!(verdict(gateway.merchant_named("other")).await, LET_IN);
    gateway.stop().await;
}

#[tokio::test]
async fn what_is_not_there_and_what_is_asked_the_wrong_way_is_told_apart() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let answers = [
        ("no such path".to_owned(), merchant.get("/v2/nothing").await),
        ("the root".to_owned(), merchant.get("/").await),
        (
            "another version".to_owned(),
            merchant.post("/v1/request/token", json!({})).await,
        ),
        ("GET of what is POSTed".to_owned(), merchant.get(TRANSFER).await),
        (
            "POST of what is read".to_owned(),
            merchant.post(RECEIPT, json!({})).await,
        ),
        (
            "DELETE of what is read".to_owned(),
            merchant.delete("/v2/billing_key/66542d4be86c1eedf6b17965").await,
        ),
        ("in English".to_owned(), merchant.in_english().get("/v2/nothing").await),
    ];
    assert_answers!("auth__no_such_endpoint", answers);
    gateway.stop().await;
}

#[tokio::test]
async fn every_answer_names_its_request() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let (one, other) = (merchant.get(RECEIPT).await, merchant.ask(json!({})).await);
    let id = |answer: &Answer| answer.header("jadong-request-id").map(str::to_owned);
    assert!(id(&one).is_some_and(|id| id.len() == 36));
    assert!(id(&other).is_some());
    assert_ne!(id(&one), id(&other));
    gateway.stop().await;
}
