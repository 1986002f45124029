//! `POST /v2/request/cash/receipt` and `DELETE /v2/request/cash/receipt/{receipt_id}`: a receipt for money taken elsewhere.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::cash_receipt::{CashReceiptFields, StandaloneCashReceipt};
use domain::{ErrorCode, Sensitive};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::amounts::Reading;
use crate::http::lenient::Field;
use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};
use crate::http::response::{ApiError, ok, replayed};
use crate::http::v2::cash_receipt_cancel;
use crate::http::v2::cash_receipt_cancel::CancelQuery;
use crate::http::v2::{AuthenticatedBody, charge_body, zone_notice};
use crate::http::{body, path_id, raw_json, unknown_fields};
use crate::services::cash_receipt::{self, Of};
use crate::wire;

pub const REQUEST: Endpoint = Endpoint {
    method: "post",
    path: "/v2/request/cash/receipt",
    name: "issueCashReceipt",
    tag: "cash receipts",
    korean: "다른 곳에서 받은 돈의 현금영수증 발행",
    english: "Issue a cash receipt for money taken elsewhere",
    body: Some((
        "CashReceiptRequest",
        &["order_id", "order_name", "price", "identity_no", "cash_receipt_type"],
    )),
    answer: DocumentedAnswer::One("CashReceipt"),
    answer_headers: &["Jadong-Notice", "Jadong-Replayed"],
    own_errors: &[
        &[
            ErrorCode::PgNotFound,
            ErrorCode::PaymentOrderNameBlank,
            ErrorCode::PriceInvalid,
            ErrorCode::OrderIdBlank,
            ErrorCode::SensitiveText,
        ],
        cash_receipt_cancel::ISSUE_ERRORS,
    ],
    links: &[("cancelCashReceipt", "receipt_id", "receipt_id")],
    ..PLAIN
};

pub const CANCEL: Endpoint = Endpoint {
    method: "delete",
    path: "/v2/request/cash/receipt/{receipt_id}",
    name: "cancelCashReceipt",
    tag: "cash receipts",
    korean: "현금영수증 취소",
    english: "Cancel a cash receipt",
    query: cash_receipt_cancel::QUERY,
    answer: DocumentedAnswer::One("CashReceipt"),
    answer_headers: &["Jadong-Replayed"],
    own_errors: &[&[ErrorCode::ReceiptNotFound], cash_receipt_cancel::ISSUE_ERRORS],
    ..PLAIN
};

/// `user` and `extra` are not needed, and not kept.
#[derive(Deserialize, Default, ToSchema)]
#[schema(as = CashReceiptRequest)]
pub struct StandaloneCashReceiptBody {
    #[serde(default)]
    #[schema(value_type = String)]
    pg: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    order_id: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    order_name: Field<String>,
    #[serde(default)]
    #[schema(value_type = u64)]
    price: Field<String>,
    #[serde(default)]
    #[schema(value_type = u64)]
    tax_free: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    purchased_at: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    identity_no: Field<Sensitive>,
    #[serde(default)]
    #[schema(value_type = String)]
    cash_receipt_type: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    currency: Field<String>,
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Option<Box<RawValue>>,
}

const READING: Reading<'_> = Reading {
    own: unknown_fields::KNOWN,
    apart: &["items", "user", "metadata", "extra"],
};

pub async fn request(State(app): State<Arc<App>>, posted: AuthenticatedBody) -> Result<Response, ApiError> {
    let (sent, rest): (StandaloneCashReceiptBody, _) = body::with_rest(&posted.headers, &posted.body)?;
    if let Some(pg) = sent.pg.optional("pg")? {
        app.services
            .capabilities(posted.caller.project.id)
            .names
            .check(Some(&pg))?;
    }
    let fields = CashReceiptFields {
        identity_no: sent.identity_no.optional("identity_no")?,
        cash_receipt_type: sent.cash_receipt_type.optional("cash_receipt_type")?,
        currency: sent.currency.optional("currency")?,
    };
    let purchased_at = sent.purchased_at.optional("purchased_at")?;
    let alone = StandaloneCashReceipt {
        order_id: sent.order_id.optional("order_id")?,
        order_name: sent.order_name.optional("order_name")?,
        price: sent.price.optional("price")?,
        tax_free: sent.tax_free.optional("tax_free")?,
        purchased_at: purchased_at.clone(),
        metadata: raw_json::object(sent.metadata.as_deref(), "metadata")?,
    };
    let strays = READING.strays(&rest, posted.query.as_deref());
    charge_body::refuse_slips(&alone.price, &alone.tax_free, &strays)?;
    let project = &posted.caller.project;
    let answered = cash_receipt::standalone(&app.services, project.id, alone, fields).await?;
    let receipt = wire::StandaloneReceipt::new(app.services.site(project.id), project, &answered.receipt)?;
    let response = replayed(ok(&receipt), answered.replayed);
    let sent = purchased_at.as_deref();
    Ok(zone_notice::add(response, &posted.headers, "purchased_at", sent))
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
    let answered = cash_receipt::cancel(&app.services, project.id, receipt_id, Of::Alone, reason).await?;
    let receipt = wire::StandaloneReceipt::new(app.services.site(project.id), project, &answered.receipt)?;
    Ok(replayed(ok(&receipt), answered.replayed))
}
