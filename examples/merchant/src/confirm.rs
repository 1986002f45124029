//! Steps ⑤⑥⑦: `POST /signup/{receipt_id}/confirm`. Publishes, waits for the consent if it must, and stores the key.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use client::{IssueError, IssuedKey};
use serde::Deserialize;
use serde_json::Value;

use crate::customer::showable;
use crate::db::{Billing, IssuedRow};
use crate::error::ApiError;
use crate::monthly::today;
use crate::shop::Shop;

const WAIT_MS_DEFAULT: u64 = 10_000;
const WAIT_MS_MAX: u64 = 60_000;

/// `?wait_ms=`: how long to keep asking while the customer has not consented. 10 000 when absent, 60 000 at most.
#[derive(Deserialize)]
pub(crate) struct Patience {
    wait_ms: Option<u64>,
}

/// Answers what may be shown. Again after it is stored: the same, without a call to the gateway.
///
/// # Errors
/// 404 for a receipt this shop did not ask for; the gateway's refusal, `SUBSCRIBE_REQUEST_FAILED` when the patience
/// ended before the customer agreed. After every error the same confirm may be sent again.
pub(crate) async fn confirm(
    State(shop): State<Shop>,
    Path(receipt_id): Path<String>,
    patience: Result<Query<Patience>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let Query(patience) = patience.map_err(|_| ApiError::BadRequest("wait_ms는 0 이상의 정수입니다."))?;
    let wait_ms = patience.wait_ms.unwrap_or(WAIT_MS_DEFAULT).min(WAIT_MS_MAX);
    let asked = shop.db.by_receipt(&receipt_id).await?.ok_or(ApiError::UnknownReceipt)?;
    if asked.is_issued() {
        return Ok(Json(showable(&asked)));
    }
    // No first payment: a publish debits nothing, and may be repeated. If the browser hangs up here, a key may be issued
    // that is not stored; the next confirm finds it by the receipt.
    let waiting = shop.client.await_key(receipt_id).without_first_payment();
    let issued = waiting.patience(Duration::from_millis(wait_ms)).await;
    let key = issued.map_err(|error| ApiError::Gateway(last_word(error)))?;
    Ok(Json(showable(&store(&shop, key).await?)))
}

/// Seals the key and stores it.
pub(crate) async fn store(shop: &Shop, key: IssuedKey) -> Result<Billing, ApiError> {
    let receipt_id = key.receipt_id.as_str();
    let sealed = shop
        .master_key
        .seal(receipt_id, key.billing_key.as_str())
        .map_err(ApiError::ServiceDb)?;
    let data = key.billing_data;
    let row = IssuedRow {
        billing_key_sealed: sealed,
        bank_name: data.as_ref().map(|data| data.bank_name.clone()),
        bank_account_masked: data.as_ref().map(|data| data.bank_account.to_string()),
        holder_masked: data.map(|data| data.username),
    };
    let billing = shop.db.issued(receipt_id, row, today()).await?;
    tracing::info!(customer_id = billing.customer_id, receipt_id, "billing key stored");
    Ok(billing)
}

/// What the gateway said last, whatever the waiting made of it.
fn last_word(error: IssueError) -> client::Error {
    match error {
        IssueError::Refused { error, .. } | IssueError::Expired { error, .. } | IssueError::Failed { error, .. } => {
            error
        }
        IssueError::TimedOut { last, .. } => last,
        IssueError::FirstPayment(payment) => payment.error,
        other => client::Error::InvalidRequest(other.to_string()),
    }
}
