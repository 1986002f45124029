//! `POST /v2/request/webhook`: send a receipt's webhook again.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::{ErrorCode, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::lenient::Field;
use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};
use crate::http::response::{ApiError, ok};
use crate::http::v2::AuthenticatedBody;
use crate::http::{body, path_id};
use crate::services::webhook;

pub const ENDPOINT: Endpoint = Endpoint {
    method: "post",
    path: "/v2/request/webhook",
    name: "sendWebhookAgain",
    tag: "receipts",
    korean: "영수증의 웹훅을 다시 보내기",
    english: "Send a receipt's webhook again",
    body: Some(("WebhookRequest", &["receipt_id"])),
    answer: DocumentedAnswer::One("WebhookSent"),
    own_errors: &[&[
        ErrorCode::ReceiptIdBlank,
        ErrorCode::ReceiptNotFound,
        ErrorCode::SensitiveText,
        ErrorCode::WebhookUrlInvalid,
    ]],
    ..PLAIN
};

#[derive(Deserialize, Default, ToSchema)]
#[schema(as = WebhookRequest)]
pub struct ResendBody {
    #[serde(default)]
    #[schema(value_type = String)]
    receipt_id: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    webhook_url: Field<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = WebhookSent)]
pub struct ResendAnswer {
    success: bool,
}

pub async fn handle(State(app): State<Arc<App>>, posted: AuthenticatedBody) -> Result<Response, ApiError> {
    let asked: ResendBody = body::json(&posted.headers, &posted.body)?;
    let receipt_id = asked.receipt_id.optional("receipt_id")?;
    let receipt_id = receipt_id.ok_or_else(|| Refusal::new(ErrorCode::ReceiptIdBlank, "receipt_id"))?;
    let receipt_id = path_id::receipt(&app.services, posted.caller.project.id, &receipt_id).await?;
    let url = asked.webhook_url.optional("webhook_url")?;
    webhook::check(url.as_deref(), app.services.settings.mode, "webhook_url")?;
    domain::sensitive_text::check_visible(url.as_deref().unwrap_or(""), "webhook_url")?;
    domain::sensitive_text::refuse_shapes(url.as_deref().unwrap_or(""), "webhook_url")?;
    webhook::resend(&app.services, posted.caller.project.id, receipt_id, url.as_deref()).await?;
    Ok(ok(&ResendAnswer { success: true }))
}
