//! `POST /v2/request/receipt/cash/publish` and `DELETE /v2/request/receipt/cash/cancel/{receipt_id}`: a payment's receipt.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::cash_receipt::CashReceiptFields;
use domain::{ErrorCode, Refusal, Sensitive};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::lenient::Field;
use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};
use crate::http::response::{ApiError, ok, replayed};
use crate::http::v2::AuthenticatedBody;
use crate::http::v2::cash_receipt_cancel;
use crate::http::v2::cash_receipt_cancel::CancelQuery;
use crate::http::{body, path_id};
use crate::services::cash_receipt::{self, Of};
use crate::services::payment;
use crate::wire;

pub const PUBLISH: Endpoint = Endpoint {
    method: "post",
    path: "/v2/request/receipt/cash/publish",
    name: "issueCashReceiptOfPayment",
    tag: "cash receipts",
    korean: "결제의 현금영수증 발행",
    english: "Issue the cash receipt of a payment",
    body: Some((
        "CashReceiptOfPaymentRequest",
        &["receipt_id", "identity_no", "cash_receipt_type"],
    )),
    answer: DocumentedAnswer::One("PaymentReceipt"),
    answer_headers: &["Jadong-Replayed"],
    own_errors: &[
        &[
            ErrorCode::ReceiptIdBlank,
            ErrorCode::ReceiptNotFound,
            ErrorCode::NotPaid,
        ],
        cash_receipt_cancel::ISSUE_ERRORS,
    ],
    ..PLAIN
};

pub const CANCEL: Endpoint = Endpoint {
    method: "delete",
    path: "/v2/request/receipt/cash/cancel/{receipt_id}",
    name: "cancelCashReceiptOfPayment",
    tag: "cash receipts",
    korean: "결제의 현금영수증 취소",
    english: "Cancel the cash receipt of a payment",
    query: cash_receipt_cancel::QUERY,
    answer: DocumentedAnswer::One("PaymentReceipt"),
    answer_headers: &["Jadong-Replayed"],
    own_errors: &[&[ErrorCode::ReceiptNotFound], cash_receipt_cancel::ISSUE_ERRORS],
    ..PLAIN
};

/// `username`, `email` and `phone` are not needed, and not kept.
#[derive(Deserialize, Default, ToSchema)]
#[schema(as = CashReceiptOfPaymentRequest)]
pub struct CashReceiptBody {
    #[serde(default)]
    #[schema(value_type = String)]
    receipt_id: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    identity_no: Field<Sensitive>,
    #[serde(default)]
    #[schema(value_type = String)]
    cash_receipt_type: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    currency: Field<String>,
}

pub async fn publish(State(app): State<Arc<App>>, posted: AuthenticatedBody) -> Result<Response, ApiError> {
    let asked: CashReceiptBody = body::json(&posted.headers, &posted.body)?;
    let receipt_id = asked.receipt_id.optional("receipt_id")?;
    let receipt_id = receipt_id.ok_or_else(|| Refusal::new(ErrorCode::ReceiptIdBlank, "receipt_id"))?;
    let fields = CashReceiptFields {
        identity_no: asked.identity_no.optional("identity_no")?,
        cash_receipt_type: asked.cash_receipt_type.optional("cash_receipt_type")?,
        currency: asked.currency.optional("currency")?,
    };
    let project = &posted.caller.project;
    let receipt_id = path_id::receipt(&app.services, project.id, &receipt_id).await?;
    let (payment, answered) = cash_receipt::for_payment(&app.services, project.id, receipt_id, fields).await?;
    let receipt = wire::PaymentReceipt::new(
        app.services.site(project.id),
        project,
        &payment,
        Some(&answered.receipt),
    )?;
    Ok(replayed(ok(&receipt), answered.replayed))
}

pub async fn cancel(
    State(app): State<Arc<App>>,
    Path(receipt_id): Path<String>,
    Query(query): Query<CancelQuery>,
    posted: AuthenticatedBody,
) -> Result<Response, ApiError> {
    let project = &posted.caller.project;
    let receipt_id = path_id::receipt(&app.services, project.id, &receipt_id).await?;
    let reason = query.reason(&posted.body);
    let answered = cash_receipt::cancel(&app.services, project.id, receipt_id, Of::Payment, reason).await?;
    let payment = payment::by_receipt(&app.services, project.id, receipt_id).await?;
    let receipt = wire::PaymentReceipt::new(
        app.services.site(project.id),
        project,
        &payment,
        Some(&answered.receipt),
    )?;
    Ok(replayed(ok(&receipt), answered.replayed))
}
