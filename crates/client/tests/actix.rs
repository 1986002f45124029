//! The extractor of actix-web, in an application of actix-web.
#![cfg(feature = "actix")]

use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, web};
use jadong_client::Timestamp;
use jadong_client::webhook::{Kind, Reply, VerifiedWebhook, Verifier};
use standardwebhooks::Webhook;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY: &str =
    r#"{"receipt_id":"66550abf3324a61b141f9205","status":1,"webhook_type":"PAYMENT_COMPLETED","sequence":1}"#;

async fn receive(VerifiedWebhook(event): VerifiedWebhook) -> Reply {
    assert_eq!(
        (event.kind, event.sequence, event.delivery_id.as_str()),
        (Kind::PaymentCompleted, Some(1), "msg_1")
    );
    Reply::Success
}

fn delivery(secret: &str, signed_at: i64, body: &'static str) -> TestRequest {
    let signature = Webhook::new(secret)
        .unwrap()
        .sign("msg_1", signed_at, body.as_bytes())
        .unwrap();
    TestRequest::post()
        .uri("/webhooks")
        .insert_header(("webhook-id", "msg_1"))
        .insert_header(("webhook-timestamp", signed_at.to_string()))
        .insert_header(("webhook-signature", signature))
        .insert_header(("content-type", "application/json; charset=utf-8"))
        .set_payload(body)
}

#[test]
fn only_what_is_signed_reaches_the_handler() {
    actix_web::rt::System::new().block_on(async {
        let verifier = web::Data::new(Verifier::new(SECRET).unwrap());
        let app = App::new()
            .app_data(verifier)
            .route("/webhooks", web::post().to(receive));
        let app = init_service(app).await;
        let now = Timestamp::now().as_second();
        let other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
        for (request, status, body) in [
            (delivery(SECRET, now, BODY), StatusCode::OK, r#"{"success":true}"#),
            (
                delivery(other, now, BODY),
                StatusCode::UNAUTHORIZED,
                r#"{"success":false}"#,
            ),
            (
                delivery(SECRET, now - 301, BODY),
                StatusCode::UNAUTHORIZED,
                r#"{"success":false}"#,
            ),
            (
                delivery(SECRET, now, "[]"),
                StatusCode::BAD_REQUEST,
                r#"{"success":false}"#,
            ),
            (
                TestRequest::post().uri("/webhooks"),
                StatusCode::UNAUTHORIZED,
                r#"{"success":false}"#,
            ),
        ] {
            let answer = call_service(&app, request.to_request()).await;
            assert_eq!(answer.status(), status);
            assert_eq!(read_body(answer).await, body);
        }
    });
}

#[test]
fn an_application_without_a_verifier_is_a_fault_and_no_open_door() {
    actix_web::rt::System::new().block_on(async {
        let app = init_service(App::new().route("/webhooks", web::post().to(receive))).await;
        let now = Timestamp::now().as_second();
        let answer = call_service(&app, delivery(SECRET, now, BODY).to_request()).await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    });
}
