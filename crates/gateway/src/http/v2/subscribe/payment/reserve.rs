//! `POST|GET|DELETE /v2/subscribe/payment/reserve[/{reserve_id}]`: charge a key later.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use domain::written_time::parse as parse_when;
use domain::{ErrorCode, Refusal};
use domain::{ReserveId, text};
use pg::TestedCall;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};
use crate::http::response::{ApiError, ok, replayed};
use crate::http::test_outcome;
use crate::http::v2::{AuthenticatedBody, Caller, charge_body, zone_notice};
use crate::services::idempotency::{self, IdempotencyClaim};
use crate::services::reserve::{self, ReserveRequest};
use crate::wire;

pub const REQUEST: Endpoint = Endpoint {
    method: "post",
    path: "/v2/subscribe/payment/reserve",
    name: "reserve",
    tag: "reserves",
    korean: "예약: 나중에 출금",
    english: "Reserve: a debit later",
    body: Some((
        "ReserveRequest",
        &["billing_key", "order_name", "price", "order_id", "reserve_execute_at"],
    )),
    headers: &["Idempotency-Key"],
    answer: DocumentedAnswer::One("Reserved"),
    answer_headers: &["Jadong-Notice", "Jadong-Replayed"],
    own_errors: &[
        charge_body::ERRORS,
        &[
            ErrorCode::IdempotencyConflict,
            ErrorCode::ReserveTimeInvalid,
            ErrorCode::ReserveTimePast,
            ErrorCode::ReserveLimit,
            ErrorCode::ReserveInDoubt,
            ErrorCode::DebitsClosed,
            ErrorCode::PgUnavailable,
        ],
    ],
    links: &[
        ("getReserve", "reserve_id", "reserve_id"),
        ("revokeReserve", "reserve_id", "reserve_id"),
    ],
    ..PLAIN
};

pub const LOOKUP: Endpoint = Endpoint {
    path: "/v2/subscribe/payment/reserve/{reserve_id}",
    name: "getReserve",
    tag: "reserves",
    korean: "예약 조회",
    english: "A reserve",
    answer: DocumentedAnswer::One("Reserve"),
    own_errors: &[&[ErrorCode::ReserveNotFound]],
    ..PLAIN
};

pub const REVOKE: Endpoint = Endpoint {
    method: "delete",
    path: "/v2/subscribe/payment/reserve/{reserve_id}",
    name: "revokeReserve",
    tag: "reserves",
    korean: "예약 취소",
    english: "Revoke a reserve",
    answer: DocumentedAnswer::One("Revoked"),
    own_errors: &[&[
        ErrorCode::ReserveNotFound,
        ErrorCode::ReserveNotWaiting,
        ErrorCode::ReserveInDoubt,
    ]],
    ..PLAIN
};

#[derive(Serialize, ToSchema)]
#[schema(as = Reserved)]
pub struct ReservedAnswer {
    reserve_id: String,
    reserve_execute_at: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Revoked)]
pub struct RevokedAnswer {
    reserve_id: String,
    success: bool,
}

pub async fn request(State(app): State<Arc<App>>, posted: AuthenticatedBody) -> Result<Response, ApiError> {
    let read = charge_body::read(&posted)?;
    let (whose, none) = (&posted.caller.project, posted.tested);
    // What the order's own debit is to become, when its time has come.
    test_outcome::with_metadata(&app, whose, none, &read.fields.metadata, &[TestedCall::Charge])?;
    let project = whose.id;
    let order = read.fields.order()?;
    let execute_at = read.reserve_execute_at.as_deref().and_then(parse_when);
    let identity = format!(
        "{} {} {}",
        text::nfc(&order.order_id),
        read.billing_key,
        execute_at.map_or(0, |at| at.0)
    );
    let guard = IdempotencyClaim {
        project,
        operation: "reserve",
        key: posted.idempotency_key,
        print: domain::payment::fingerprint(&order, &identity, &app.services.pepper),
    };
    let sent_at = read.reserve_execute_at.clone();
    let asked = ReserveRequest {
        project,
        billing_key: read.billing_key,
        fields: read.fields,
        execute_at: read.reserve_execute_at,
    };
    let (reserve, again) = idempotency::once(&app.services, guard, reserve::request(&app.services, asked)).await?;
    let answer = ReservedAnswer {
        reserve_id: reserve.id.to_string(),
        reserve_execute_at: reserve.execute_at.to_wire(),
    };
    let response = replayed(ok(&answer), again);
    Ok(zone_notice::add(
        response,
        &posted.headers,
        "reserve_execute_at",
        sent_at.as_deref(),
    ))
}

pub async fn lookup(
    State(app): State<Arc<App>>,
    Caller(known): Caller,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let reserve = reserve::lookup(&app.services, known.project.id, parse(&id)?).await?;
    Ok(ok(&wire::ReserveBody::new(&reserve)?))
}

pub async fn revoke(
    State(app): State<Arc<App>>,
    Caller(known): Caller,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let id = parse(&id)?;
    reserve::revoke(&app.services, known.project.id, id).await?;
    Ok(ok(&RevokedAnswer {
        reserve_id: id.to_string(),
        success: true,
    }))
}

fn parse(text: &str) -> Result<ReserveId, Refusal> {
    text.parse()
        .map_err(|_| Refusal::new(ErrorCode::ReserveNotFound, "reserve_id"))
}
