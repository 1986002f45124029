//! `DELETE /v2/subscribe/billing_key/{billing_key}`: the key is dead from the answer on.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::BillingKeyId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Posted;
use crate::house::House;
use crate::http::id;
use crate::http::reply::{Fault, ok};
use crate::key::{self, Reserves};

#[derive(Serialize, ToSchema)]
#[schema(as = Destroyed)]
pub struct Answer {
    billing_key: String,
}

/// Anything but `true` means no. SDKs that cannot send a query send a body.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    cancel_reserves: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Sent {
    cancel_reserves: serde_json::Value,
}

pub async fn handle(
    State(house): State<Arc<House>>,
    Path(billing_key): Path<String>,
    Query(wanted): Query<Wanted>,
    posted: Posted,
) -> Result<Response, Fault> {
    let id: BillingKeyId = id::id(&billing_key, "billing_key")?;
    // What is no JSON object says nothing: a body means nothing on most DELETEs.
    let sent: Sent = serde_json::from_slice(&posted.body).unwrap_or_default();
    let is_sent = sent.cancel_reserves == true || sent.cancel_reserves == "true";
    let reserves = if is_sent || wanted.cancel_reserves == "true" {
        Reserves::Revoked
    } else {
        Reserves::Left
    };
    key::destroy(&house, posted.caller.project.id, id, reserves).await?;
    Ok(ok(&Answer {
        billing_key: id.to_string(),
    }))
}
