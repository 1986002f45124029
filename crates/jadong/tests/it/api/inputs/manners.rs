//! What HTTP itself asks of an answer, and hints for the usual slips of a first hour.

use serde_json::json;

use testkit::TestGateway;

const RECEIPT: &str = "/v2/receipt/66542d4be86c1eedf6b17965";

#[tokio::test]
async fn who_is_not_known_is_told_how_to_sign_in() {
    let gateway = TestGateway::start().await;
    let wrong = gateway.anybody().basic("sandbox_client_key", "wrong");
    for caller in [gateway.anybody(), gateway.anybody().bearer("x"), wrong] {
        let answer = caller.get(RECEIPT).await.expect(401);
        let challenges: Vec<_> = answer
            .headers
            .get_all("www-authenticate")
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect();
        assert_eq!(
            challenges,
            ["Basic realm=\"Jadong\", charset=\"UTF-8\"", "Bearer realm=\"Jadong\""]
        );
    }
    assert_eq!(
        gateway
            .merchant()
            .get(RECEIPT)
            .await
            .expect(404)
            .header("www-authenticate"),
        None
    );
    gateway.stop().await;
}

#[tokio::test]
async fn the_usual_slips_with_credentials_have_a_hint() {
    let gateway = TestGateway::start().await;
    for (authorization, says) in [
        ("0123456789abcdef0123456789abcdef", "Bearer <access_token>"),
        ("Token abc", "Bearer <access_token>"),
        ("Basic !!!", "base64(client_key:secret_key)"),
    ] {
        let answer = gateway.anybody().authorized(authorization).get(RECEIPT).await;
        assert_eq!(answer.verdict(), "401 TOKEN_KEY_INVALID");
        assert!(answer.text("hint").contains(says), "{}", answer.body);
        assert!(!answer.body.contains("0123456789abcdef"));
    }
    for (key, secret) in [
        ("sandbox_client_key", "sandbox_secret_key\n"),
        ("sandbox_client_key", " sandbox_secret_key"),
        ("sandbox_client_key", "sandbox_\u{200b}secret_key"),
        ("sandbox_client_key\r\n", "sandbox_secret_key"),
        ("sandbox client_key", "x"),
    ] {
        let answer = gateway.anybody().basic(key, secret).get(RECEIPT).await.expect(401);
        assert!(answer.text("hint").contains("white space"), "{}", answer.body);
    }
    let body = json!({ "application_id": "sandbox_application_id", "private_key": "sandbox\nprivate_key" });
    let token = gateway.anybody().post("/v2/request/token", body).await.expect(401);
    assert!(token.text("hint").contains("white space"), "{}", token.body);
    gateway.stop().await;
}

#[tokio::test]
async fn an_address_without_its_version_is_told_the_right_one() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for (path, hint) in [
        ("/subscribe/payment", "/v2/subscribe/payment"),
        ("/request/token.json", "/v2/request/token"),
        ("/v1/cancel", "/v2/cancel"),
        ("/v2/v2/cancel", "/v2/cancel"),
        ("/v2/nothing", ""),
    ] {
        let answer = merchant.post(path, json!({})).await;
        assert_eq!(answer.verdict(), "404 ENDPOINT_NOT_FOUND", "{path}");
        assert_eq!(answer.text("hint"), hint, "{path}");
    }
    gateway.stop().await;
}
