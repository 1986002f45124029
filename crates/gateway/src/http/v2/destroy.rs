//! `DELETE /v2/subscribe/billing_key/{billing_key}`: the key is dead from the answer on.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use domain::BillingKeyId;
use serde::Serialize;

use super::Caller;
use crate::house::House;
use crate::http::id;
use crate::http::reply::{Fault, ok};
use crate::key;

#[derive(Serialize)]
struct Answer {
    billing_key: String,
}

pub async fn handle(
    State(house): State<Arc<House>>,
    Caller(known): Caller,
    Path(billing_key): Path<String>,
) -> Result<Response, Fault> {
    let id: BillingKeyId = id::id(&billing_key, "billing_key")?;
    key::destroy(&house, known.project.id, id).await?;
    Ok(ok(&Answer {
        billing_key: id.to_string(),
    }))
}
