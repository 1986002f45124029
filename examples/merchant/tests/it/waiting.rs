//! The customer has not consented yet: ask again for as long as the caller is patient, then say so.

use axum::http::Method;
use serde_json::json;

use crate::fake::{KEY, PUBLISH, RECEIPT, REQUEST, Stage, accepted, issued, refused};

#[tokio::test]
async fn publish_is_repeated_until_the_customer_agrees() {
    let not_yet = || refused(400, "SUBSCRIBE_REQUEST_FAILED");
    let stage = Stage::new(vec![
        (REQUEST, accepted()),
        (PUBLISH, not_yet()),
        (PUBLISH, not_yet()),
        (PUBLISH, issued()),
    ])
    .await;
    assert_eq!(
        stage.signup().await,
        (200, json!({"receipt_id": RECEIPT, "status": 41, "consent": "waiting"}))
    );
    let (status, billing) = stage.confirm(5_000).await;
    assert_eq!((status, &billing["status"]), (200, &json!("active")));
    assert_eq!(stage.stored_key().as_deref(), Some(KEY));
    stage.end().await;
}

#[tokio::test]
async fn without_patience_the_gateways_words_are_passed_on() {
    let stage = Stage::new(vec![
        (REQUEST, accepted()),
        (PUBLISH, refused(400, "SUBSCRIBE_REQUEST_FAILED")),
    ])
    .await;
    stage.signup().await;
    let words = json!({"error_code": "SUBSCRIBE_REQUEST_FAILED", "message": "안내 문구"});
    assert_eq!(stage.confirm(0).await, (400, words));
    stage.end().await;
}

#[tokio::test]
async fn a_receipt_of_somebody_else_is_not_confirmed() {
    let stage = Stage::new(vec![]).await;
    let (status, error) = stage.confirm(0).await;
    assert_eq!(
        (status, &error["error_code"]),
        (404, &json!("MERCHANT_UNKNOWN_RECEIPT"))
    );
    let (status, _) = stage.send(Method::GET, "/customers/cust_7", None).await;
    assert_eq!(status, 404);
    stage.end().await;
}
