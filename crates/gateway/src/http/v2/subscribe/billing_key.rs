//! `GET /v2/subscribe/billing_key/{receipt_id}`: the publish answer again, or how far the issuance is.

pub mod consent;
pub mod destroy;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use domain::ErrorCode;

use crate::app::App;
use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};
use crate::http::path_id;
use crate::http::response::{ApiError, ok};
use crate::http::v2::Caller;
use crate::services::cash_receipt;
use crate::services::issuance::{self, first_payment};
use crate::wire;

pub const ENDPOINT: Endpoint = Endpoint {
    path: "/v2/subscribe/billing_key/{id}",
    name: "getBillingKeyOfReceipt",
    tag: "billing keys",
    korean: "영수증 id로 빌링키 조회: 발급의 답을 다시",
    english: "The key of a receipt: the answer of publish again",
    answer: DocumentedAnswer::One("Issued"),
    own_errors: &[&[ErrorCode::ReceiptNotFound, ErrorCode::NotSubscribe]],
    ..PLAIN
};

pub async fn handle(
    State(app): State<Arc<App>>,
    Caller(known): Caller,
    Path(receipt_id): Path<String>,
) -> Result<Response, ApiError> {
    let receipt_id = path_id::receipt(&app.services, known.project.id, &receipt_id).await?;
    let found = issuance::by_receipt(&app.services, known.project.id, receipt_id).await?;
    let first = first_payment::find(&app.services, &found.issuance).await?;
    let first = cash_receipt::with_payment(&app.services, first).await?;
    Ok(ok(&wire::IssuedKeyBody::new(
        app.services.site(known.project.id),
        &known.project,
        &found.issuance,
        found.key.as_ref(),
        app.services.now_of(known.project.id),
        first.as_ref(),
    )?))
}
