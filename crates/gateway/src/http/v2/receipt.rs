//! `GET /v2/receipt/{receipt_id}`: the receipt as step 1 answered it, with its present status.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::Caller;
use crate::house::House;
use crate::http::reply::{Fault, ok};
use crate::http::{id, wire};
use crate::issuance;

pub async fn handle(
    State(house): State<Arc<House>>,
    Caller(known): Caller,
    Path(receipt_id): Path<String>,
) -> Result<Response, Fault> {
    let receipt_id = id::id(&receipt_id, "receipt_id")?;
    let found = issuance::by_receipt(&house, known.project.id, receipt_id).await?;
    let standing = wire::standing(&house, &known.project, &found.issuance, found.key.as_ref());
    Ok(ok(&wire::Receipt::new(
        &house,
        &known.project,
        &found.issuance,
        standing,
    )?))
}
