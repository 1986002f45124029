//! What this backend answers when something does not work: always `{error_code, message}`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use client::{ApiError as Refusal, Error};
use serde_json::{Value, json};

/// The gateway's own codes are passed on; this backend's begin with `MERCHANT_`.
#[derive(Debug)]
pub(crate) enum ApiError {
    Gateway(Error),
    /// 400. The message never quotes what was sent: it may be an account number.
    BadRequest(&'static str),
    /// 404
    UnknownReceipt,
    /// 404
    UnknownCustomer,
    /// 409: this customer pays already; the key must be destroyed before another is asked for.
    AlreadyActive,
    /// 500
    ServiceDb(anyhow::Error),
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self::Gateway(error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, error_code, message) = match self {
            Self::Gateway(error) => match error.api() {
                Some(refusal) => return passed_on(refusal),
                None => of_silence(&error),
            },
            Self::BadRequest(message) => (StatusCode::BAD_REQUEST, "MERCHANT_BAD_REQUEST", message),
            Self::UnknownReceipt => (
                StatusCode::NOT_FOUND,
                "MERCHANT_UNKNOWN_RECEIPT",
                "이 상점이 요청한 적이 없는 receipt_id입니다.",
            ),
            Self::UnknownCustomer => (
                StatusCode::NOT_FOUND,
                "MERCHANT_UNKNOWN_CUSTOMER",
                "등록된 자동이체가 없습니다.",
            ),
            Self::AlreadyActive => (
                StatusCode::CONFLICT,
                "MERCHANT_ALREADY_ACTIVE",
                "이미 자동이체가 등록되어 있습니다.",
            ),
            Self::ServiceDb(error) => {
                tracing::error!(error = %format!("{error:#}"), "the service DB failed");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "MERCHANT_INTERNAL",
                    "잠시 후 다시 시도해 주세요.",
                )
            }
        };
        (status, Json(json!({ "error_code": error_code, "message": message }))).into_response()
    }
}

/// The gateway knows an open issuance by its subscription_id and a receipt by its id, so the same request again finds what
/// the first one did.
fn of_silence(error: &Error) -> (StatusCode, &'static str, &'static str) {
    match error {
        Error::Transport(transport) if transport.was_not_sent() => (
            StatusCode::BAD_GATEWAY,
            "MERCHANT_GATEWAY_UNREACHABLE",
            "결제 서버에 연결할 수 없습니다. 아무 일도 일어나지 않았습니다.",
        ),
        Error::Transport(_) => (
            StatusCode::GATEWAY_TIMEOUT,
            "MERCHANT_GATEWAY_NO_ANSWER",
            "결제 서버의 응답을 받지 못했습니다. 같은 요청을 다시 보내 주세요.",
        ),
        _ => (
            StatusCode::BAD_GATEWAY,
            "MERCHANT_GATEWAY_BAD_ANSWER",
            "결제 서버의 응답을 읽을 수 없습니다. 같은 요청을 다시 보내 주세요.",
        ),
    }
}

/// The gateway's words under the gateway's status.
fn passed_on(refusal: &Refusal) -> Response {
    let mut body = json!({ "error_code": refusal.code.as_str(), "message": refusal.message });
    if let Some(code) = &refusal.pg_error_code {
        body["pg_error_code"] = Value::String(code.clone());
    }
    let status = StatusCode::from_u16(refusal.http_status).unwrap_or(StatusCode::BAD_GATEWAY);
    // A refusal under a 2xx would read as success.
    let status = if status.is_success() {
        StatusCode::BAD_GATEWAY
    } else {
        status
    };
    (status, Json(body)).into_response()
}
