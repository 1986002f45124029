//! `POST /v2/subscribe/payment`: charge a key now.

pub mod reserve;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::ReceiptId;
use http::HeaderValue;

use crate::http::v2::{AuthenticatedBody, charge_body};

use crate::app::App;
use crate::http::response::{ApiError, JADONG_NOTICE, ok, replayed};
use crate::services::cash_receipt;
use crate::services::issuance::Replayed;
use crate::services::payment::{self, ChargeRequest};
use crate::wire;

pub async fn handle(State(app): State<Arc<App>>, posted: AuthenticatedBody) -> Result<Response, ApiError> {
    let read = charge_body::read(&posted)?;
    let project = &posted.caller.project;
    let asked = ChargeRequest {
        project: project.id,
        billing_key: read.billing_key,
        fields: read.fields,
        idempotency_key: posted.idempotency_key,
        guard: project.guard,
    };
    let answered = payment::charge(&app.services, asked).await?;
    // A debit of now carries what came with it; only an earlier one is looked up.
    let cash = match answered.replayed {
        Replayed::No => None,
        Replayed::Yes => cash_receipt::of_payment(&app.services, &answered.payment).await?,
    };
    let receipt = wire::PaymentReceipt::new(app.services.site(), project, &answered.payment, cash.as_ref())?;
    let mut response = replayed(ok(&receipt), answered.replayed);
    if let Some(open) = answered.beside {
        response.headers_mut().insert(JADONG_NOTICE, beside(open));
    }
    Ok(response)
}

/// The customer may have been asked twice for the same money.
fn beside(open: ReceiptId) -> HeaderValue {
    let notice =
        format!("debited beside receipt {open}, a debit of this key over the same amount without an outcome yet");
    HeaderValue::try_from(notice).unwrap_or(HeaderValue::from_static("debited beside a debit without an outcome"))
}
