//! `GET /v2/billing_key/{billing_key}`: a key by itself, in a shape of its own.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use domain::ErrorCode;

use crate::app::App;
use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};
use crate::http::path_id;
use crate::http::response::{ApiError, ok};
use crate::http::v2::Caller;
use crate::services::key;
use crate::wire;

pub const ENDPOINT: Endpoint = Endpoint {
    path: "/v2/billing_key/{billing_key}",
    name: "getBillingKey",
    tag: "billing keys",
    korean: "빌링키 조회",
    english: "A key by itself",
    answer: DocumentedAnswer::One("Key"),
    own_errors: &[&[
        ErrorCode::ReceiptNotFound,
        ErrorCode::KeyExpired,
        ErrorCode::PgUnavailable,
    ]],
    ..PLAIN
};

pub async fn handle(
    State(app): State<Arc<App>>,
    Caller(known): Caller,
    Path(billing_key): Path<String>,
) -> Result<Response, ApiError> {
    let billing_key = path_id::id(&billing_key, "billing_key")?;
    let key = key::by_key_or_adopted(&app.services, known.project.id, billing_key).await?;
    Ok(ok(&wire::KeyBody::new(app.services.site(known.project.id), &key)))
}
