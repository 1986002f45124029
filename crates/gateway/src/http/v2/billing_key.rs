//! `GET /v2/billing_key/{billing_key}`: a key by itself, in a shape of its own.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::Caller;
use crate::house::House;
use crate::http::reply::{Fault, ok};
use crate::http::{id, wire};
use crate::key;

pub async fn handle(
    State(house): State<Arc<House>>,
    Caller(known): Caller,
    Path(billing_key): Path<String>,
) -> Result<Response, Fault> {
    let billing_key = id::id(&billing_key, "billing_key")?;
    let key = key::by_key(&house, known.project.id, billing_key).await?;
    Ok(ok(&wire::Key::new(&house, &key)))
}
