//! `GET /v2/receipt/{receipt_id}`: an issuance's receipt, a payment's, or a stand-alone cash receipt, with its present status.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::{ErrorCode, ReceiptId};
use serde::Deserialize;

use crate::app::App;
use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};
use crate::http::path_id;
use crate::http::response::{ApiError, ok};
use crate::http::v2::Caller;
use crate::ledger::projects::CachedProject;
use crate::services::cash_receipt;
use crate::services::issuance;
use crate::services::payment;
use crate::wire;

pub const ENDPOINT: Endpoint = Endpoint {
    path: "/v2/receipt/{receipt_id}",
    name: "getReceipt",
    tag: "receipts",
    korean: "영수증 조회: 빌링키 요청, 결제, 현금영수증",
    english: "A receipt: of a request for a key, a payment or a cash receipt",
    query: &["lookup_user_data"],
    answer: DocumentedAnswer::Any(&["Receipt", "PaymentReceipt", "CashReceipt"]),
    own_errors: &[&[ErrorCode::ReceiptNotFound]],
    ..PLAIN
};

/// Anything but `true` means no.
#[derive(Deserialize)]
pub struct ReceiptQuery {
    #[serde(default)]
    lookup_user_data: String,
}

pub async fn handle(
    State(app): State<Arc<App>>,
    Caller(known): Caller,
    Path(receipt_id): Path<String>,
    Query(wanted): Query<ReceiptQuery>,
) -> Result<Response, ApiError> {
    let receipt_id = path_id::receipt(&app.services, known.project.id, &receipt_id).await?;
    match issuance::by_receipt(&app.services, known.project.id, receipt_id).await {
        Ok(found) => {
            let now = app.services.now_of(known.project.id);
            let status = wire::status(&known.project, &found.issuance, found.key.as_ref(), now);
            Ok(ok(&wire::IssuanceReceipt::new(
                app.services.site(known.project.id),
                &known.project,
                &found.issuance,
                status,
            )?))
        }
        Err(refusal) if refusal.code == ErrorCode::NotSubscribe => {
            of_payment(&app, &known, receipt_id, wanted.lookup_user_data == "true").await
        }
        Err(refusal) if refusal.code == ErrorCode::ReceiptNotFound => {
            let receipt = cash_receipt::stands_alone(&app.services, known.project.id, receipt_id).await?;
            Ok(ok(&wire::StandaloneReceipt::new(
                app.services.site(known.project.id),
                &known.project,
                &receipt,
            )?))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

async fn of_payment(
    app: &Arc<App>,
    known: &CachedProject,
    receipt_id: ReceiptId,
    lookup_user_data: bool,
) -> Result<Response, ApiError> {
    let project = &known.project;
    let payment = payment::by_receipt(&app.services, project.id, receipt_id).await?;
    let cash = cash_receipt::of_payment(&app.services, &payment).await?;
    let receipt = wire::PaymentReceipt::new(app.services.site(project.id), project, &payment, cash.as_ref())?;
    let receipt = if lookup_user_data {
        receipt.with_user(&payment)?
    } else {
        receipt
    };
    Ok(ok(&receipt))
}
