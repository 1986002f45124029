//! `DELETE /v2/subscribe/billing_key/{billing_key}`: the key is dead from the answer on.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::mandate::KeyEnd;
use domain::transition::Actor;
use domain::{BillingKeyId, ErrorCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};
use crate::http::path_id;
use crate::http::response::{ApiError, ok};
use crate::http::v2::AuthenticatedBody;
use crate::services::key::{self, Reserves};

pub const ENDPOINT: Endpoint = Endpoint {
    method: "delete",
    path: "/v2/subscribe/billing_key/{id}",
    name: "destroyBillingKey",
    tag: "billing keys",
    korean: "빌링키 삭제",
    english: "Destroy a key",
    query: &["cancel_reserves"],
    answer: DocumentedAnswer::One("Destroyed"),
    own_errors: &[&[ErrorCode::ReceiptNotFound, ErrorCode::KeyExpired]],
    ..PLAIN
};

#[derive(Serialize, ToSchema)]
#[schema(as = Destroyed)]
pub struct DestroyAnswer {
    billing_key: String,
}

/// Anything but `true` means no. SDKs that cannot send a query send a body.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct DestroyQuery {
    cancel_reserves: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DestroyBody {
    cancel_reserves: serde_json::Value,
}

pub async fn handle(
    State(app): State<Arc<App>>,
    Path(billing_key): Path<String>,
    Query(wanted): Query<DestroyQuery>,
    posted: AuthenticatedBody,
) -> Result<Response, ApiError> {
    let id: BillingKeyId = path_id::id(&billing_key, "billing_key")?;
    // What is no JSON object says nothing: a body means nothing on most DELETEs.
    let sent: DestroyBody = serde_json::from_slice(&posted.body).unwrap_or_default();
    let is_sent = sent.cancel_reserves == true || sent.cancel_reserves == "true";
    let reserves = if is_sent || wanted.cancel_reserves == "true" {
        Reserves::Revoked
    } else {
        Reserves::Left
    };
    let (by, withdrawal) = (Actor::Api, None);
    let end = KeyEnd { by, withdrawal };
    key::destroy(&app.services, posted.caller.project.id, id, reserves, end).await?;
    Ok(ok(&DestroyAnswer {
        billing_key: id.to_string(),
    }))
}
