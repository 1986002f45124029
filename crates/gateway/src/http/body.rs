//! Request bodies: JSON objects of a bounded size, read within a bounded time.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use domain::{ErrorCode, Refusal};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::json_shape::{self, JsonShape};
use super::response::ApiError;

/// Reads a body of at most `bytes_max`. Errors: `BODY_TOO_LARGE`; a client too slow to send it is given up.
pub async fn read(body: Body, bytes_max: usize, patience: Duration) -> Result<Bytes, ApiError> {
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
/// Errors: `MEDIA_TYPE_UNSUPPORTED`, `BODY_NOT_JSON`, `FIELD_INVALID` for what no other program could read. Never quotes the body.
pub fn json<T: DeserializeOwned>(headers: &HeaderMap, body: &Bytes) -> Result<T, ApiError> {
    Ok(with_rest(headers, body)?.0)
}

/// The same, and all that is in the body beside the fields that are read.
pub fn with_rest<T: DeserializeOwned>(headers: &HeaderMap, body: &Bytes) -> Result<(T, JsonShape), ApiError> {
    let text: &[u8] = if body.trim_ascii().is_empty() { b"{}" } else { body };
    if text != b"{}" {
        check_type(headers)?;
    }
    check_encoding(text)?;
    if text.trim_ascii_start().first() != Some(&b'{') {
        return Err(Refusal::of(ErrorCode::BodyNotJson).hint("{…}").into());
    }
    let whole = json_shape::read(text)?;
    let fields = serde_json::from_slice(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Refusal::of(ErrorCode::BodyNotJson).hint(place)
    })?;
    Ok((fields, whole))
}

/// A missing type is taken for JSON: some clients send none.
fn check_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let is = |name, wanted: fn(&str) -> bool| {
        let value: Option<&HeaderValue> = headers.get(name);
        value.is_none_or(|value| value.to_str().is_ok_and(|value| wanted(&value.to_ascii_lowercase())))
    };
    if !is(CONTENT_ENCODING, |coding| matches!(coding.trim(), "" | "identity")) {
        let hint = "Content-Encoding: 압축하지 않고 보내 주세요 (send it uncompressed, no gzip)";
        return Err(Refusal::of(ErrorCode::MediaTypeUnsupported).hint(hint));
    }
    if !is(CONTENT_TYPE, |value| value.contains("json")) {
        return Err(Refusal::of(ErrorCode::MediaTypeUnsupported).hint("Content-Type: application/json"));
    }
    Ok(())
}

/// Names what other programs send instead of UTF-8.
fn check_encoding(text: &[u8]) -> Result<(), Refusal> {
    let cause = match text {
        [0xef, 0xbb, 0xbf, ..] => "BOM: UTF-8을 BOM 없이 보내 주세요 (a byte order mark; send UTF-8 without it)",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'{', 0, ..] | [0, b'{', ..] => {
            "UTF-16: UTF-8로 보내 주세요 (send UTF-8)"
        }
        [0x1f, 0x8b, ..] => "gzip: 압축하지 않고 보내 주세요 (send it uncompressed)",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "zstd: 압축하지 않고 보내 주세요 (send it uncompressed)",
        _ if std::str::from_utf8(text).is_err() => "EUC-KR (CP949)? UTF-8로 보내 주세요 (this is not UTF-8)",
        _ => return Ok(()),
    };
    Err(Refusal::of(ErrorCode::BodyNotJson).hint(cause))
}
