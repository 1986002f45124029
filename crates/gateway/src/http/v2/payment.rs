//! `POST /v2/subscribe/payment`: charge a key now.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use super::Posted;
use super::charge_body::ChargeBody;
use crate::cash_receipt;
use crate::house::House;
use crate::http::reply::{Fault, ok, replayed};
use crate::http::{body, wire};
use crate::issuance::Replayed;
use crate::payment::{self, Asked};

/// A longer `Idempotency-Key` is not honoured; it is no key of ours.
const IDEMPOTENCY_KEY_BYTES_MAX: usize = 255;

pub async fn handle(State(house): State<Arc<House>>, posted: Posted) -> Result<Response, Fault> {
    let read = body::json::<ChargeBody>(&posted.headers, &posted.body)?.read()?;
    let project = &posted.caller.project;
    let asked = Asked {
        project: project.id,
        billing_key: read.billing_key,
        fields: read.fields,
        idempotency_key: idempotency_key(&posted.headers),
    };
    let answered = payment::charge(&house, asked).await?;
    // A debit of now carries what came with it; only an earlier one is looked up.
    let cash = match answered.replayed {
        Replayed::No => None,
        Replayed::Yes => cash_receipt::of_payment(&house, &answered.payment).await?,
    };
    let receipt = wire::PaymentReceipt::new(&house, project, &answered.payment, cash.as_ref())?;
    Ok(replayed(ok(&receipt), answered.replayed))
}

fn idempotency_key(headers: &HeaderMap) -> Option<String> {
    let key = headers.get("idempotency-key")?.to_str().ok()?.trim();
    (!key.is_empty() && key.len() <= IDEMPOTENCY_KEY_BYTES_MAX).then(|| key.to_owned())
}
