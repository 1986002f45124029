//! Request bodies: JSON objects of a bounded size, read within a bounded time.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use domain::{ErrorCode, Refusal};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::reply::Fault;

/// Reads a body of at most `bytes_max`. Errors: `BODY_TOO_LARGE`; a client too slow to send it is given up.
pub async fn read(body: Body, bytes_max: usize, patience: Duration) -> Result<Bytes, Fault> {
    let collected = tokio::time::timeout(patience, Limited::new(body, bytes_max).collect());
    match collected.await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refusal::of(ErrorCode::BodyTooLarge)
            .hint(format!("{bytes_max} bytes"))
            .into()),
        Ok(Err(_)) | Err(_) => Err(Refusal::of(ErrorCode::BodyNotJson)
            .hint("the body did not arrive whole")
            .into()),
    }
}

/// Reads a JSON object; an empty body is `{}`.
///
/// Errors: `MEDIA_TYPE_UNSUPPORTED`, `BODY_NOT_JSON`. Never quotes the body.
pub fn json<T: DeserializeOwned>(headers: &HeaderMap, body: &Bytes) -> Result<T, Fault> {
    let text: &[u8] = if body.trim_ascii().is_empty() { b"{}" } else { body };
    if text != b"{}" && !is_json(headers) {
        return Err(Refusal::of(ErrorCode::MediaTypeUnsupported)
            .hint("Content-Type: application/json")
            .into());
    }
    if text.trim_ascii_start().first() != Some(&b'{') {
        return Err(Refusal::of(ErrorCode::BodyNotJson).hint("{…}").into());
    }
    serde_json::from_slice(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Refusal::of(ErrorCode::BodyNotJson).hint(place).into()
    })
}

/// A missing type is taken for JSON: some clients send none.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return true;
    };
    value
        .to_str()
        .is_ok_and(|value| value.to_ascii_lowercase().contains("json"))
}
