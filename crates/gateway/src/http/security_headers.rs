//! What every answer carries, whichever page or endpoint wrote it, and the one head that none of them should see.

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONNECTION, HOST, HeaderMap, HeaderValue, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};

const A_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Puts the headers on. Keys, tokens and receipts are in nobody's cache: what may be kept says so itself.
pub fn dress(response: &mut Response, hsts: bool) {
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if hsts {
        headers.insert(STRICT_TRANSPORT_SECURITY, A_YEAR);
    }
}

/// A proxy in front and this gateway may each believe another one.
pub fn has_two_hosts(headers: &HeaderMap) -> bool {
    headers.get_all(HOST).iter().nth(1).is_some()
}

/// As bare as what the HTTP library says to any other broken head.
pub fn two_hosts() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// The name `localhost` is every program's on a developer's machine: the others may have no TLS.
pub fn is_for_localhost(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).map(HeaderValue::as_bytes).unwrap_or_default();
    let name = host.split(|byte| *byte == b':').next().unwrap_or_default();
    name.eq_ignore_ascii_case(b"localhost")
}
