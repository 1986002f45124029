//! `POST /v2/request/webhook`: send a receipt's webhook again.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::{ErrorCode, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Posted;
use crate::house::House;
use crate::http::lenient::Field;
use crate::http::reply::{Fault, ok};
use crate::http::{body, id};
use crate::webhook;

#[derive(Deserialize, Default, ToSchema)]
#[schema(as = WebhookRequest)]
pub struct Asked {
    #[serde(default)]
    #[schema(value_type = String)]
    receipt_id: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    webhook_url: Field<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = WebhookSent)]
pub struct Answer {
    success: bool,
}

pub async fn handle(State(house): State<Arc<House>>, posted: Posted) -> Result<Response, Fault> {
    let asked: Asked = body::json(&posted.headers, &posted.body)?;
    let receipt_id = asked.receipt_id.optional("receipt_id")?;
    let receipt_id = receipt_id.ok_or_else(|| Refusal::new(ErrorCode::ReceiptIdBlank, "receipt_id"))?;
    let receipt_id = id::id(&receipt_id, "receipt_id")?;
    let url = asked.webhook_url.optional("webhook_url")?;
    webhook::check(url.as_deref(), house.settings.mode, "webhook_url")?;
    domain::text::check_visible(url.as_deref().unwrap_or(""), "webhook_url")?;
    domain::sensitive_text::refuse_shapes(url.as_deref().unwrap_or(""), "webhook_url")?;
    webhook::resend(&house, posted.caller.project.id, receipt_id, url.as_deref()).await?;
    Ok(ok(&Answer { success: true }))
}
