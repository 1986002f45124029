//! Asks the router without a network.

use axum::body::Body;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

pub async fn get(uri: &str) -> Answer {
    get_with(uri, "").await
}

pub async fn get_with(uri: &str, accept_language: &str) -> Answer {
    let request = Request::get(uri).header("accept-language", accept_language);
    let request = request.body(Body::empty()).expect("a request");
    let response = jadong_manual::router().oneshot(request).await.expect("infallible");
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("a body").to_bytes();
    Answer {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8(bytes.to_vec()).expect("text"),
    }
}
