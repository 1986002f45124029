//! Steps ⑤⑥⑦: `POST /signup/{receipt_id}/confirm`. Publishes, waits for the consent if it must, and stores the key.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::Instant;

use crate::error::ApiError;
use crate::exchanges::Step;
use crate::gateway::{Call, CallError, Gateway, Unclear};
use crate::server::Shop;
use crate::service_db::Billing;
use crate::signup::is_plain_id;

const PAUSE_FIRST: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(2);
const WAIT_MS_DEFAULT: u64 = 10_000;
const WAIT_MS_MAX: u64 = 60_000;

/// `?wait_ms=`: how long to keep asking while the customer has not consented. 10 000 when absent, 60 000 at most.
#[derive(Deserialize)]
pub(crate) struct Patience {
    wait_ms: Option<u64>,
}

/// A billing key, and what may be shown of the account behind it.
#[derive(Debug)]
pub(crate) struct IssuedKey {
    pub billing_key: String,
    pub bank_name: Option<String>,
    pub bank_account_masked: Option<String>,
    pub holder_masked: Option<String>,
}

/// Answers the stored row. Again after it is stored: the same row, without a call to the gateway.
///
/// # Errors
/// 404 for a receipt this shop did not ask for; the gateway's refusal, `SUBSCRIBE_REQUEST_FAILED` when the patience
/// ended before the customer agreed. After every error the same confirm may be sent again.
pub(crate) async fn confirm(
    State(shop): State<Shop>,
    Path(receipt_id): Path<String>,
    patience: Result<Query<Patience>, QueryRejection>,
) -> Result<Json<Billing>, ApiError> {
    let Query(patience) = patience.map_err(|_| ApiError::BadRequest("wait_ms는 0 이상의 정수입니다."))?;
    let wait_ms = patience.wait_ms.unwrap_or(WAIT_MS_DEFAULT).min(WAIT_MS_MAX);
    let asked = shop.db.by_receipt(&receipt_id).await?.ok_or(ApiError::UnknownReceipt)?;
    if asked.billing_key.is_some() {
        return Ok(Json(asked));
    }
    let deadline = Instant::now() + Duration::from_millis(wait_ms);
    // If the browser hangs up here, a key may be issued that is not stored. The next confirm finds it by the receipt.
    let key = publish_until(&shop.gateway, &receipt_id, deadline).await?;
    let billing = shop.db.issued(&receipt_id, key).await?;
    tracing::info!(customer_id = billing.customer_id, receipt_id, "billing key stored");
    Ok(Json(billing))
}

/// Publishes with growing pauses for as long as time can help and `deadline` is not reached.
async fn publish_until(gateway: &Gateway, receipt_id: &str, deadline: Instant) -> Result<IssuedKey, CallError> {
    let mut pause = PAUSE_FIRST;
    loop {
        let error = match publish_once(gateway, receipt_id).await {
            Ok(key) => return Ok(key),
            Err(error) => error,
        };
        if !time_may_help(&error) || Instant::now() + pause > deadline {
            return Err(error);
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSE_MAX);
    }
}

/// One publish, and a look-up whenever a key may exist that this shop has not seen.
async fn publish_once(gateway: &Gateway, receipt_id: &str) -> Result<IssuedKey, CallError> {
    let error = match publish(gateway, receipt_id).await {
        Ok(key) => return Ok(key),
        Err(error) => error,
    };
    if !key_may_exist(&error) {
        return Err(error);
    }
    tracing::warn!(receipt_id, ?error, "unclear whether a key was issued: looking it up");
    // The look-up's own failure says nothing new: the publish's error is what the caller must know.
    lookup(gateway, receipt_id).await.map_err(|_| error)
}

/// `SUBSCRIBE_PUBLISH_NOT_READY` is also what a second publish hears after the answer to the first was lost.
fn key_may_exist(error: &CallError) -> bool {
    match error {
        CallError::Unclear(_) => true,
        CallError::Refused(refusal) => refusal.error_code == "SUBSCRIBE_PUBLISH_NOT_READY",
        CallError::NotSent => false,
    }
}

/// A publish may be sent again: one receipt yields at most one key.
fn time_may_help(error: &CallError) -> bool {
    match error {
        CallError::NotSent | CallError::Unclear(_) => true,
        CallError::Refused(refusal) => refusal.error_code == "SUBSCRIBE_REQUEST_FAILED",
    }
}

#[derive(Serialize)]
struct PublishRequest<'a> {
    receipt_id: &'a str,
}

async fn publish(gateway: &Gateway, receipt_id: &str) -> Result<IssuedKey, CallError> {
    let request = PublishRequest { receipt_id };
    let call = Call {
        step: Step::Publish,
        method: Method::POST,
        path: "/v2/request/subscribe/automatic-transfer/publish".to_owned(),
        body: Some(&request),
        shown: Some(&request),
        never_shown: &[],
    };
    IssuedKey::read(&gateway.call(call).await?.body)
}

async fn lookup(gateway: &Gateway, receipt_id: &str) -> Result<IssuedKey, CallError> {
    let call = Call::<()> {
        step: Step::Lookup,
        method: Method::GET,
        path: format!("/v2/subscribe/billing_key/{receipt_id}"),
        body: None,
        shown: None,
        never_shown: &[],
    };
    IssuedKey::read(&gateway.call(call).await?.body)
}

impl IssuedKey {
    /// Takes a key only when the answer says that it is issued: status 1 (documented) or 11 (recorded).
    fn read(body: &Value) -> Result<Self, CallError> {
        let issued = body
            .get("status")
            .and_then(Value::as_i64)
            .is_some_and(|status| matches!(status, 1 | 11));
        let key = body
            .get("billing_key")
            .and_then(Value::as_str)
            .filter(|key| issued && is_plain_id(key));
        let key = key.ok_or(CallError::Unclear(Unclear::BadAnswer))?;
        let data = |name: &str| body.get("billing_data")?.get(name)?.as_str().map(str::to_owned);
        Ok(Self {
            billing_key: key.to_owned(),
            bank_name: data("bank_name"),
            bank_account_masked: data("bank_account").map(surely_masked),
            holder_masked: data("username"),
        })
    }
}

/// The gateway masks the account. Should another one not do so, this shop still does not store it.
fn surely_masked(account: String) -> String {
    match account.contains('*') {
        true => account,
        false => "*".repeat(account.chars().count()),
    }
}
