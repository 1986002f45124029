//! A publish whose outcome is not known is looked up by its receipt before anything is concluded.

use serde_json::{Value, json};

use crate::fake::{KEY, LOOKUP, PUBLISH, REQUEST, Reply, Stage, accepted, issued, refused};

#[tokio::test]
async fn an_issued_key_is_found_whatever_hid_the_answer() {
    let hidden_by = [
        Reply::Hang,
        Reply::Json(502, json!({"error_code": "PG_UNAVAILABLE", "message": "…"})),
        Reply::Text(502, "<html>Bad Gateway</html>"),
        Reply::Text(200, r#"{"receipt_id":"66550"#),
        refused(400, "SUBSCRIBE_PUBLISH_NOT_READY"),
    ];
    for publish in hidden_by {
        let stage = Stage::new(vec![(REQUEST, accepted()), (PUBLISH, publish), (LOOKUP, issued())]).await;
        assert_eq!(stage.signup().await.0, 200);
        let (status, billing) = stage.confirm(0).await;
        assert_eq!((status, &billing["status"]), (200, &json!("active")));
        assert_eq!(stage.stored_key().as_deref(), Some(KEY));
        // Once stored, it is answered without the gateway: the script has no further call.
        assert_eq!(stage.confirm(0).await, (200, billing));
        stage.end().await;
    }
}

#[tokio::test]
async fn when_no_key_exists_the_publish_is_sent_again() {
    let not_issued = Reply::Json(200, json!({"status": 41, "status_locale": "자동결제빌링키발급이전"}));
    let stage = Stage::new(vec![
        (REQUEST, accepted()),
        (PUBLISH, Reply::Text(503, "")),
        (LOOKUP, not_issued),
        (PUBLISH, issued()),
    ])
    .await;
    stage.signup().await;
    assert_eq!(stage.confirm(2_000).await.0, 200);
    let steps: Vec<(String, Value)> = stage.exchanges().await;
    let expected = [("request", 200), ("publish", 503), ("lookup", 200), ("publish", 200)];
    assert_eq!(steps, expected.map(|(step, status)| (step.to_owned(), json!(status))));
    stage.end().await;
}

#[tokio::test]
async fn still_unclear_at_the_end_is_said_and_can_be_confirmed_later() {
    let stage = Stage::new(vec![
        (REQUEST, accepted()),
        (PUBLISH, Reply::Hang),
        (LOOKUP, Reply::Hang),
        (PUBLISH, refused(400, "SUBSCRIBE_PUBLISH_NOT_READY")),
        (LOOKUP, issued()),
    ])
    .await;
    stage.signup().await;
    let (status, error) = stage.confirm(0).await;
    assert_eq!(
        (status, &error["error_code"]),
        (504, &json!("MERCHANT_GATEWAY_NO_ANSWER"))
    );
    assert_eq!(stage.confirm(0).await.0, 200);
    stage.end().await;
}
