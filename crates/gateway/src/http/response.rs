//! Answers: success as JSON with HTTP 200, refusals as `{"error_code","message",…}`.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use domain::error::{PgMessage, Refusal};
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderName, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::services::issuance::Replayed;
use crate::support::language::Language;

/// Whether the customer had agreed when step 1 answered: `agreed` or `waiting`.
pub const JADONG_CONSENT: HeaderName = HeaderName::from_static("jadong-consent");
/// `true` on an answer that belongs to an earlier, equal request.
pub const JADONG_REPLAYED: HeaderName = HeaderName::from_static("jadong-replayed");
/// Nothing wrong, but worth knowing.
pub const JADONG_NOTICE: HeaderName = HeaderName::from_static("jadong-notice");

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// A success: HTTP 200 and `body`.
pub fn ok(body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => ([(CONTENT_TYPE, JSON)], bytes).into_response(),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            ApiError(Refusal::of(domain::ErrorCode::Internal)).into_response()
        }
    }
}

/// Marks an answer that belongs to an earlier, equal request.
pub fn replayed(mut response: Response, again: Replayed) -> Response {
    if again == Replayed::Yes {
        response
            .headers_mut()
            .insert(JADONG_REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// A refusal on its way out; written in the caller's language by `finish_response`.
#[derive(Debug, Clone)]
pub struct ApiError(pub Refusal);

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status(&self.0);
        response.extensions_mut().insert(self);
        response
    }
}

/// The HTTP status of a refusal.
pub fn status(refusal: &Refusal) -> StatusCode {
    StatusCode::from_u16(refusal.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The body of every refusal. `error_code` and `message` are the API's, the others are additions.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
pub struct ErrorBody<'a> {
    error_code: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pg_error_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt_id: Option<String>,
    /// What it means and what to do: a page of this gateway.
    doc: String,
}

/// Writes a refusal in `language`.
pub fn write(refusal: &Refusal, language: Language, public_url: &str) -> Vec<u8> {
    let sentence = refusal.code.sentence(language);
    // The PG's own words, where it said no itself; a status that it only reported has none worth showing.
    let pg_text = refusal
        .pg
        .as_ref()
        .map(|PgMessage { text, .. }| text.as_str())
        .filter(|text| !text.is_empty());
    let is_pg_refusal = matches!(
        refusal.code,
        domain::ErrorCode::PublishRefused
            | domain::ErrorCode::RequestRefused
            | domain::ErrorCode::ConfirmFailed
            | domain::ErrorCode::CancelServerError
            | domain::ErrorCode::CashReceiptFailed
    );
    let body = ErrorBody {
        error_code: refusal.code.name(),
        message: pg_text.filter(|_| is_pg_refusal).unwrap_or(sentence),
        pg_error_code: refusal.pg.as_ref().map(|words| words.code.as_str()),
        code: refusal.code.number(),
        field: refusal.field,
        hint: refusal.hint.as_deref(),
        receipt_id: refusal.receipt_id.map(|id| id.to_string()),
        doc: format!("{public_url}/docs/errors/{}", refusal.code.name()),
    };
    serde_json::to_vec(&body).unwrap_or_default()
}
