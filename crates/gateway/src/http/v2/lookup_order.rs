//! `GET /v2/lookup/order/{order_id}`: every attempt to pay an order.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use domain::ErrorCode;

use crate::app::App;
use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};
use crate::http::response::{ApiError, ok};
use crate::http::v2::Caller;
use crate::services::cash_receipt;
use crate::services::payment;
use crate::wire;

pub const ENDPOINT: Endpoint = Endpoint {
    path: "/v2/lookup/order/{order_id}",
    name: "lookUpOrder",
    tag: "receipts",
    korean: "주문 조회: 결제를 시도한 모든 영수증, 오래된 것부터",
    english: "Every attempt to pay an order, oldest first",
    answer: DocumentedAnswer::ListOf("PaymentReceipt"),
    own_errors: &[&[ErrorCode::ReceiptNotFound]],
    ..PLAIN
};

pub async fn handle(
    State(app): State<Arc<App>>,
    Caller(known): Caller,
    Path(order_id): Path<String>,
) -> Result<Response, ApiError> {
    let (project, order_id) = (known.project.id, order_id.trim());
    let mut payments = payment::by_order(&app.services, project, order_id).await?;
    // One SDK puts it after every id; an order's own id may end so, too, and then that is meant.
    if let (true, Some(shorter)) = (payments.is_empty(), order_id.strip_suffix(".json")) {
        payments = payment::by_order(&app.services, project, shorter).await?;
    }
    let mut cash = Vec::with_capacity(payments.len());
    for payment in &payments {
        cash.push(cash_receipt::of_payment(&app.services, payment).await?);
    }
    let receipts = std::iter::zip(&payments, &cash)
        .map(|(payment, cash)| {
            wire::PaymentReceipt::new(
                app.services.site(known.project.id),
                &known.project,
                payment,
                cash.as_ref(),
            )
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(ok(&receipts))
}
