//! Nothing personal is printed, and what a service echoes is not passed on.

use client::{KeyRequest, Retries};

use super::sandbox::payer;
use super::scripted::Service;

#[tokio::test]
async fn an_account_that_the_service_echoes_is_not_in_the_error() {
    let echo =
        r#"{"error_code":"SUBSCRIBE_AT_BANK_ACCOUNT_BLANK","message":"계좌 12345678901234 오류","hint":"01012345678"}"#;
    let service = Service::answering(400, &[], echo).await;
    let request = KeyRequest::new("sub_1", "월 구독", payer("01012345678", "12345678901234"));
    let error = service
        .client(Retries::Never)
        .request_key(&request)
        .await
        .expect_err("refused");
    let printed = format!("{error} {error:?} {request:?}");
    assert!(printed.contains("계좌 ****** 오류"), "{printed}");
    for secret in ["12345678901234", "01012345678", "900101", "홍길동"] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_not_quoted() {
    let service = Service::answering(200, &[], r#"{"receipt_id":["12345678901234"],"status":41}"#).await;
    let request = KeyRequest::new("sub_1", "월 구독", payer("01012345678", "12345678901234"));
    let error = service
        .client(Retries::Never)
        .request_key(&request)
        .await
        .expect_err("not to be read");
    assert!(
        error.is_in_doubt() && !format!("{error} {error:?}").contains("12345678901234"),
        "{error:?}"
    );
}
