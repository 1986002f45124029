//! `POST /v2/subscribe/payment`: charge a key now.

pub mod reserve;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::{ErrorCode, ReceiptId};
use http::HeaderValue;
use pg::TestedCall;

use crate::app::App;
use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};
use crate::http::response::{ApiError, JADONG_NOTICE, ok, replayed};
use crate::http::test_outcome;
use crate::http::v2::{AuthenticatedBody, charge_body};
use crate::services::cash_receipt;
use crate::services::issuance::Replayed;
use crate::services::payment::{self, ChargeRequest};
use crate::support::test_outcomes::asking;
use crate::wire;

pub const ENDPOINT: Endpoint = Endpoint {
    method: "post",
    path: "/v2/subscribe/payment",
    name: "charge",
    tag: "payments",
    korean: "출금: 한 번, 지금",
    english: "Charge: one debit, now",
    body: Some(("PaymentRequest", charge_body::REQUIRED)),
    headers: &["Idempotency-Key", "Jadong-Test"],
    answer: DocumentedAnswer::One("PaymentReceipt"),
    answer_headers: &["Jadong-Replayed", "Jadong-Notice"],
    own_errors: &[
        charge_body::ERRORS,
        &[
            ErrorCode::IdempotencyConflict,
            ErrorCode::OtherDebitOpen,
            ErrorCode::DebitsClosed,
            ErrorCode::ConfirmFailed,
            ErrorCode::ConfirmCritical,
            ErrorCode::PgUnavailable,
        ],
    ],
    links: &[
        ("getReceipt", "receipt_id", "receipt_id"),
        ("cancel", "body.receipt_id", "receipt_id"),
        ("lookUpOrder", "order_id", "order_id"),
    ],
    ..PLAIN
};

pub async fn handle(State(app): State<Arc<App>>, posted: AuthenticatedBody) -> Result<Response, ApiError> {
    let read = charge_body::read(&posted)?;
    let project = &posted.caller.project;
    let calls = &[TestedCall::Charge];
    let tested = test_outcome::with_metadata(&app, project, posted.tested, &read.fields.metadata, calls)?;
    let asked = ChargeRequest {
        project: project.id,
        billing_key: read.billing_key,
        fields: read.fields,
        idempotency_key: posted.idempotency_key,
        guard: project.guard,
    };
    let answered = asking(tested, payment::charge(&app.services, asked)).await?;
    // A debit of now carries what came with it; only an earlier one is looked up.
    let cash = match answered.replayed {
        Replayed::No => None,
        Replayed::Yes => cash_receipt::of_payment(&app.services, &answered.payment).await?,
    };
    let receipt = wire::PaymentReceipt::new(app.services.site(project.id), project, &answered.payment, cash.as_ref())?;
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
