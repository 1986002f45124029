//! `GET /v2/subscribe/billing_key/{receipt_id}`: the publish answer again, or how far the issuance is.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::Caller;
use crate::cash_receipt;
use crate::house::House;
use crate::http::reply::{Fault, ok};
use crate::http::{id, wire};
use crate::issuance::{self, first_payment};

pub async fn handle(
    State(house): State<Arc<House>>,
    Caller(known): Caller,
    Path(receipt_id): Path<String>,
) -> Result<Response, Fault> {
    let receipt_id = id::id(&receipt_id, "receipt_id")?;
    let found = issuance::by_receipt(&house, known.project.id, receipt_id).await?;
    let first = first_payment::find(&house, &found.issuance).await?;
    let first = cash_receipt::with_payment(&house, first).await?;
    Ok(ok(&wire::Issued::new(
        &house,
        &known.project,
        &found.issuance,
        found.key.as_ref(),
        first.as_ref(),
    )?))
}
