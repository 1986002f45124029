//! What a customer may see of their 자동이체, and how they end it.

use axum::Json;
use axum::extract::{Path, State};
use client::{BillingKey, ErrorCode};
use serde_json::{Value, json};

use crate::db::Billing;
use crate::error::ApiError;
use crate::shop::Shop;

/// `GET /customers/{customer_id}`: everything but the key, which is the backend's alone.
///
/// # Errors
/// 404 when the customer never signed up.
pub(crate) async fn show(State(shop): State<Shop>, Path(customer_id): Path<String>) -> Result<Json<Value>, ApiError> {
    let billing = shop.db.by_customer(&customer_id).await?;
    Ok(Json(showable(&billing.ok_or(ApiError::UnknownCustomer)?)))
}

/// `GET /customers/{customer_id}/payments`: the months, oldest first.
///
/// # Errors
/// The service DB.
pub(crate) async fn payments(
    State(shop): State<Shop>,
    Path(customer_id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let payments = shop.db.payments_of(&customer_id).await?;
    let showable = payments.iter().map(|payment| {
        json!({
            "order_id": payment.order_id,
            "price": payment.price_won,
            "state": payment.state.name(),
            "attempts": payment.attempts,
            "receipt_id": payment.receipt_id,
            "reason": payment.reason,
            "retry_on": payment.retry_on,
        })
    });
    Ok(Json(showable.collect()))
}

/// `DELETE /customers/{customer_id}/billing`: destroys the key at the gateway, then forgets it here.
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
    let sealed = billing.sealed_key().ok_or(ApiError::UnknownCustomer)?;
    let key = shop
        .master_key
        .open(&billing.receipt_id, sealed)
        .map_err(ApiError::ServiceDb)?;
    match shop.client.destroy_key(&BillingKey::from(key)).await {
        Ok(_) => {}
        // Destroyed by an earlier request whose answer was lost: the wish is fulfilled.
        Err(error) if error.code() == Some(&ErrorCode::KeyExpired) => {}
        Err(error) => return Err(error.into()),
    }
    shop.db.destroyed(&billing.receipt_id).await?;
    tracing::info!(customer_id, "billing key destroyed");
    billing.status = "destroyed".to_owned();
    Ok(Json(showable(&billing)))
}

pub(crate) fn showable(billing: &Billing) -> Value {
    json!({
        "customer_id": billing.customer_id,
        "receipt_id": billing.receipt_id,
        "status": billing.status,
        "bank_name": billing.bank_name,
        "bank_account_masked": billing.bank_account_masked,
        "holder_masked": billing.holder_masked,
        "created_at": billing.created_at,
    })
}
