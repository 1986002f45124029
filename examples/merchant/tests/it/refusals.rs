//! What the gateway refuses is passed on under the same status; what the merchant itself refuses never reaches it.

use axum::http::Method;
use serde_json::json;

use crate::fake::{ACCOUNT, DESTROY, PUBLISH, REQUEST, Reply, Stage, accepted, issued, refused};

#[tokio::test]
async fn the_gateways_refusal_keeps_its_status_and_code() {
    for (status, code) in [
        (400, "SUBSCRIBE_AT_LOOKUP_USER_FAILED"),
        (401, "TOKEN_KEY_INVALID"),
        (409, "CONFLICT"),
        (503, "BUSY"),
    ] {
        let stage = Stage::new(vec![(REQUEST, refused(status, code))]).await;
        assert_eq!(
            stage.signup().await,
            (status, json!({"error_code": code, "message": "안내 문구"}))
        );
        stage.end().await;
    }
}

#[tokio::test]
async fn the_pgs_own_code_comes_along() {
    let refusal = json!({"error_code": "SUBSCRIBE_PUBLISH_FAILED", "pg_error_code": "F115", "message": "중지"});
    let stage = Stage::new(vec![
        (REQUEST, accepted()),
        (PUBLISH, Reply::Json(400, refusal.clone())),
    ])
    .await;
    stage.signup().await;
    // Patience does not help against a final refusal: there is one publish in the script.
    assert_eq!(stage.confirm(5_000).await, (400, refusal));
    stage.end().await;
}

#[tokio::test]
async fn a_gateway_that_is_down_is_told_from_one_that_is_silent() {
    let down = Stage::without_gateway().await;
    let (status, error) = down.signup().await;
    assert_eq!(
        (status, &error["error_code"]),
        (502, &json!("MERCHANT_GATEWAY_UNREACHABLE"))
    );
    down.end().await;

    let silent = Stage::new(vec![(REQUEST, Reply::Hang)]).await;
    let (status, error) = silent.signup().await;
    assert_eq!(
        (status, &error["error_code"]),
        (504, &json!("MERCHANT_GATEWAY_NO_ANSWER"))
    );
    silent.end().await;
}

#[tokio::test]
async fn an_account_sent_as_a_number_is_refused_without_being_quoted() {
    let stage = Stage::new(vec![]).await;
    let form = json!({"customer_id": "cust_7", "account": ACCOUNT.parse::<u64>().expect("digits")});
    let (status, error) = stage.send(Method::POST, "/signup", Some(&form)).await;
    assert_eq!((status, &error["error_code"]), (400, &json!("MERCHANT_BAD_REQUEST")));
    assert!(!error.to_string().contains(ACCOUNT));
    stage.end().await;
}

#[tokio::test]
async fn one_customer_has_one_active_key_and_can_end_it_after_a_lost_answer() {
    let stage = Stage::new(vec![
        (REQUEST, accepted()),
        (PUBLISH, issued()),
        (DESTROY, Reply::Hang),
        (DESTROY, refused(400, "SUBSCRIBE_BK_EXPIRED")),
    ])
    .await;
    stage.signup().await;
    stage.confirm(0).await;
    assert_eq!(stage.signup().await.1["error_code"], "MERCHANT_ALREADY_ACTIVE");

    let destroy = || stage.send(Method::DELETE, "/customers/cust_7/billing", None);
    assert_eq!(destroy().await.0, 504);
    assert_eq!(
        stage.send(Method::GET, "/customers/cust_7", None).await.1["status"],
        "active"
    );
    assert_eq!(destroy().await.0, 200);
    let (_, shown) = stage.send(Method::GET, "/customers/cust_7", None).await;
    assert_eq!(shown["status"], "destroyed");
    assert_eq!(shown.get("billing_key"), None, "the key is not for a browser");
    assert_eq!(destroy().await.0, 404);
    stage.end().await;
}
