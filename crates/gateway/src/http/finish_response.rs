//! The last layer: faults in the caller's language, the request's id, and no panic but a clean 500.

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use domain::{ErrorCode, Refusal};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, StatusCode};
use uuid::Uuid;

use super::response::{self, ApiError};
use super::unknown_fields::UnknownFields;
use crate::support::language::{self, Language};

/// Names a request in the answer and in the log.
pub const JADONG_REQUEST_ID: HeaderName = HeaderName::from_static("jadong-request-id");

/// How to sign in, on every answer that says that one has not.
const CHALLENGES: [HeaderValue; 2] = [
    HeaderValue::from_static("Basic realm=\"Jadong\", charset=\"UTF-8\""),
    HeaderValue::from_static("Bearer realm=\"Jadong\""),
];

/// What must be known of a request after it was handled.
pub struct RequestContext {
    pub request_id: Uuid,
    pub language: Language,
    pub noted: UnknownFields,
}

impl RequestContext {
    pub fn of(request: &mut Request) -> Self {
        let noted = UnknownFields::default();
        request.extensions_mut().insert(noted.clone());
        Self {
            request_id: Uuid::now_v7(),
            language: language::preferred(request.headers()),
            noted,
        }
    }

    /// Finishes an answer; tells the refusal, if it is a fault. `public_url` is where its `doc` is.
    pub fn finish(&self, response: &mut Response, public_url: &str) -> Option<Refusal> {
        if let Ok(id) = HeaderValue::try_from(self.request_id.to_string()) {
            response.headers_mut().insert(JADONG_REQUEST_ID, id);
        }
        let mut fault = response
            .extensions_mut()
            .remove::<ApiError>()
            .or_else(|| bare_fault(response.status()))?;
        self.noted.explain(&mut fault.0);
        *response.status_mut() = response::status(&fault.0);
        let body = response::write(&fault.0, self.language, public_url);
        let status = response.status();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/json; charset=utf-8"),
        );
        headers.remove(CONTENT_LENGTH);
        if status == StatusCode::UNAUTHORIZED {
            for challenge in CHALLENGES {
                headers.append(WWW_AUTHENTICATE, challenge);
            }
        }
        if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        *response.body_mut() = Body::from(body);
        Some(fault.0)
    }
}

/// The router's own refusals have no body; every answer of ours has one.
fn bare_fault(status: StatusCode) -> Option<ApiError> {
    let code = match status {
        StatusCode::NOT_FOUND => ErrorCode::EndpointNotFound,
        // The one thing that the router calls bad is an id that is no text, and that is no one's.
        StatusCode::BAD_REQUEST => ErrorCode::ReceiptNotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        status if status.is_client_error() || status.is_server_error() => ErrorCode::Internal,
        _ => return None,
    };
    Some(ApiError(Refusal::of(code)))
}
