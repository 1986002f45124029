//! `POST /v2/request/subscribe/automatic-transfer/publish`: confirm, and get the key.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::{ErrorCode, Refusal};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Posted;
use crate::cash_receipt;
use crate::house::House;
use crate::http::lenient::Field;
use crate::http::reply::{Fault, ok, replayed};
use crate::http::{body, id, wire};
use crate::issuance;

#[derive(Deserialize, Default, ToSchema)]
#[schema(as = PublishRequest)]
pub struct Asked {
    #[serde(default)]
    #[schema(value_type = String)]
    receipt_id: Field<String>,
}

pub async fn handle(State(house): State<Arc<House>>, posted: Posted) -> Result<Response, Fault> {
    let asked: Asked = body::json(&posted.headers, &posted.body)?;
    let receipt_id = asked.receipt_id.optional("receipt_id")?;
    let receipt_id = receipt_id.ok_or_else(|| Refusal::new(ErrorCode::ReceiptIdBlank, "receipt_id"))?;
    let receipt_id = id::id(&receipt_id, "receipt_id")?;
    let project = &posted.caller.project;
    let published = issuance::publish(&house, project.id, receipt_id).await?;
    let first = cash_receipt::with_payment(&house, published.first_payment).await?;
    Ok(replayed(
        ok(&wire::Issued::new(
            &house,
            project,
            &published.issuance,
            None,
            first.as_ref(),
        )?),
        published.replayed,
    ))
}
