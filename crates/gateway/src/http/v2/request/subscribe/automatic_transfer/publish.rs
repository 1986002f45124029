//! `POST /v2/request/subscribe/automatic-transfer/publish`: confirm, and get the key.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::{ErrorCode, Refusal};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::lenient::Field;
use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};
use crate::http::response::{ApiError, ok, replayed};
use crate::http::v2::AuthenticatedBody;
use crate::http::{body, path_id};
use crate::services::cash_receipt;
use crate::services::issuance;
use crate::wire;

const PUBLISH_ERRORS: &[ErrorCode] = &[
    ErrorCode::ReceiptIdBlank,
    ErrorCode::ReceiptNotFound,
    ErrorCode::ConsentPending,
    ErrorCode::PublishNotReady,
    ErrorCode::PublishRefused,
    ErrorCode::PublishInDoubt,
    ErrorCode::PgUnavailable,
];
const FIRST_PAYMENT_ERRORS: &[ErrorCode] = &[
    ErrorCode::ConfirmFailed,
    ErrorCode::ConfirmCritical,
    ErrorCode::OrderConflict,
    ErrorCode::DebitsClosed,
    ErrorCode::PriceInvalid,
    ErrorCode::KeyExpired,
];

pub const ENDPOINT: Endpoint = Endpoint {
    method: "post",
    path: "/v2/request/subscribe/automatic-transfer/publish",
    name: "publishBillingKey",
    tag: "billing keys",
    korean: "발급: 고객이 동의했으면 빌링키를 받습니다",
    english: "Publish: the billing key, once the customer has agreed",
    body: Some(("PublishRequest", &["receipt_id"])),
    answer: DocumentedAnswer::One("Issued"),
    answer_headers: &["Jadong-Replayed"],
    own_errors: &[PUBLISH_ERRORS, FIRST_PAYMENT_ERRORS],
    links: &[
        ("charge", "body.billing_key", "billing_key"),
        ("reserve", "body.billing_key", "billing_key"),
        ("getBillingKey", "billing_key", "billing_key"),
        ("destroyBillingKey", "id", "billing_key"),
    ],
    ..PLAIN
};

#[derive(Deserialize, Default, ToSchema)]
#[schema(as = PublishRequest)]
pub struct PublishBody {
    #[serde(default)]
    #[schema(value_type = String)]
    receipt_id: Field<String>,
}

pub async fn handle(State(app): State<Arc<App>>, posted: AuthenticatedBody) -> Result<Response, ApiError> {
    let asked: PublishBody = body::json(&posted.headers, &posted.body)?;
    let receipt_id = asked.receipt_id.optional("receipt_id")?;
    let receipt_id = receipt_id.ok_or_else(|| Refusal::new(ErrorCode::ReceiptIdBlank, "receipt_id"))?;
    let receipt_id = path_id::receipt(&app.services, posted.caller.project.id, &receipt_id).await?;
    let project = &posted.caller.project;
    let published = issuance::publish(&app.services, project.id, receipt_id).await?;
    let first = cash_receipt::with_payment(&app.services, published.first_payment).await?;
    Ok(replayed(
        ok(&wire::IssuedKeyBody::new(
            app.services.site(project.id),
            project,
            &published.issuance,
            None,
            app.services.now_of(project.id),
            first.as_ref(),
        )?),
        published.replayed,
    ))
}
