//! The manual's answers, with the headers that keep a browser from doing anything but showing them.

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};

/// Pages may load the manual's own stylesheet and pictures, and send its own form.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                           frame-ancestors 'none'";
/// A picture carries its two sets of colours in itself.
const PICTURE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

pub fn html(status: StatusCode, text: String) -> Response {
    answer(status, "text/html; charset=utf-8", PAGE_POLICY, Body::from(text))
}

pub fn stylesheet(text: &'static str) -> Response {
    answer(StatusCode::OK, "text/css; charset=utf-8", PAGE_POLICY, Body::from(text))
}

pub fn picture(svg: Vec<u8>) -> Response {
    answer(StatusCode::OK, "image/svg+xml", PICTURE_POLICY, Body::from(svg))
}

fn answer(status: StatusCode, content_type: &'static str, policy: &'static str, body: Body) -> Response {
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, content_type)
        .header(CONTENT_SECURITY_POLICY, policy)
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(REFERRER_POLICY, "no-referrer")
        // It changes with the binary only; a short while is enough to turn pages quickly.
        .header(CACHE_CONTROL, "max-age=60")
        .body(body)
        .expect("fixed headers are valid")
}
