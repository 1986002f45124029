//! `POST /v2/request/subscribe/automatic-transfer/publish`: confirm, and get the key.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::{ErrorCode, Refusal};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::lenient::Field;
use crate::http::response::{ApiError, ok, replayed};
use crate::http::v2::AuthenticatedBody;
use crate::http::{body, path_id};
use crate::services::cash_receipt;
use crate::services::issuance;
use crate::wire;

#[derive(Deserialize, Default, ToSchema)]
#[schema(as = PublishRequest)]
pub struct PublishBody {
    #[serde(default)]
    #[schema(value_type = String)]
    receipt_id: Field<String>,
}

pub async fn handle(State(app): State<Arc<App>>, posted: AuthenticatedBody) -> Result<Response, ApiError> {
    let asked: PublishBody = body::json(&posted.headers, &posted.body)?;
    let receipt_id = asked.receipt_id.optional("receipt_id")?;
    let receipt_id = receipt_id.ok_or_else(|| Refusal::new(ErrorCode::ReceiptIdBlank, "receipt_id"))?;
    let receipt_id = path_id::id(&receipt_id, "receipt_id")?;
    let project = &posted.caller.project;
    let published = issuance::publish(&app.services, project.id, receipt_id).await?;
    let first = cash_receipt::with_payment(&app.services, published.first_payment).await?;
    Ok(replayed(
        ok(&wire::IssuedKeyBody::new(
            app.services.site(),
            project,
            &published.issuance,
            None,
            app.services.now_of(project.id),
            first.as_ref(),
        )?),
        published.replayed,
    ))
}
