//! `POST /v2/request/receipt/cash/publish` and `DELETE /v2/request/receipt/cash/cancel/{receipt_id}`: a payment's receipt.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::cash_receipt::IssueFields;
use domain::{ErrorCode, Refusal, Sensitive};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Posted;
use super::cash_receipt_cancel::CancelQuery;
use crate::cash_receipt::{self, Of};
use crate::house::House;
use crate::http::lenient::Field;
use crate::http::reply::{Fault, ok, replayed};
use crate::http::{body, id, wire};
use crate::payment;

/// `username`, `email` and `phone` are not needed, and not kept.
#[derive(Deserialize, Default, ToSchema)]
#[schema(as = CashReceiptOfPaymentRequest)]
pub struct Asked {
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

pub async fn publish(State(house): State<Arc<House>>, posted: Posted) -> Result<Response, Fault> {
    let asked: Asked = body::json(&posted.headers, &posted.body)?;
    let receipt_id = asked.receipt_id.optional("receipt_id")?;
    let receipt_id = receipt_id.ok_or_else(|| Refusal::new(ErrorCode::ReceiptIdBlank, "receipt_id"))?;
    let fields = IssueFields {
        identity_no: asked.identity_no.optional("identity_no")?,
        cash_receipt_type: asked.cash_receipt_type.optional("cash_receipt_type")?,
        currency: asked.currency.optional("currency")?,
    };
    let project = &posted.caller.project;
    let receipt_id = id::id(&receipt_id, "receipt_id")?;
    let (payment, answered) = cash_receipt::for_payment(&house, project.id, receipt_id, fields).await?;
    let receipt = wire::PaymentReceipt::new(&house, project, &payment, Some(&answered.receipt))?;
    Ok(replayed(ok(&receipt), answered.replayed))
}

pub async fn cancel(
    State(house): State<Arc<House>>,
    Path(receipt_id): Path<String>,
    Query(query): Query<CancelQuery>,
    posted: Posted,
) -> Result<Response, Fault> {
    let project = &posted.caller.project;
    let receipt_id = id::id(&receipt_id, "receipt_id")?;
    let reason = query.reason(&posted.body);
    let answered = cash_receipt::cancel(&house, project.id, receipt_id, Of::Payment, reason).await?;
    let payment = payment::by_receipt(&house, project.id, receipt_id).await?;
    let receipt = wire::PaymentReceipt::new(&house, project, &payment, Some(&answered.receipt))?;
    Ok(replayed(ok(&receipt), answered.replayed))
}
