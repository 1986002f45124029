//! What a customer may see of their 자동이체, and how they end it.

use axum::Json;
use axum::extract::{Path, State};
use reqwest::Method;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::exchanges::Step;
use crate::gateway::{Call, CallError};
use crate::server::Shop;
use crate::service_db::Billing;

/// `GET /customers/{customer_id}`: everything but the key, which is the backend's alone.
///
/// # Errors
/// 404 when the customer never signed up.
pub(crate) async fn show(State(shop): State<Shop>, Path(customer_id): Path<String>) -> Result<Json<Value>, ApiError> {
    let billing = shop
        .db
        .by_customer(&customer_id)
        .await?
        .ok_or(ApiError::UnknownCustomer)?;
    Ok(Json(showable(&billing)))
}

/// `DELETE /customers/{customer_id}/billing`: destroys the key at the gateway, then marks it here.
///
/// # Errors
/// 404 without an active key; the gateway's refusal. After an unclear answer the key stays marked active, and the same
/// request again settles it.
pub(crate) async fn destroy(
    State(shop): State<Shop>,
    Path(customer_id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let mut billing = shop
        .db
        .by_customer(&customer_id)
        .await?
        .ok_or(ApiError::UnknownCustomer)?;
    let billing_key = billing.active_key().ok_or(ApiError::UnknownCustomer)?;
    let call = Call::<()> {
        step: Step::Destroy,
        method: Method::DELETE,
        path: format!("/v2/subscribe/billing_key/{billing_key}"),
        body: None,
        shown: None,
        never_shown: &[],
    };
    match shop.gateway.call(call).await {
        Ok(_) => {}
        // Destroyed by an earlier request whose answer was lost: the wish is fulfilled.
        Err(CallError::Refused(refusal)) if refusal.error_code == "SUBSCRIBE_BK_EXPIRED" => {}
        Err(error) => return Err(error.into()),
    }
    shop.db.destroyed(&billing.receipt_id).await?;
    tracing::info!(customer_id, "billing key destroyed");
    billing.status = "destroyed".to_owned();
    Ok(Json(showable(&billing)))
}

fn showable(billing: &Billing) -> Value {
    json!({
        "customer_id": billing.customer_id,
        "status": billing.status,
        "bank_name": billing.bank_name,
        "bank_account_masked": billing.bank_account_masked,
        "holder_masked": billing.holder_masked,
        "created_at": billing.created_at,
    })
}
