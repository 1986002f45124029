//! `POST|GET|DELETE /v2/subscribe/payment/reserve[/{reserve_id}]`: charge a key later.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use domain::ReserveId;
use domain::{ErrorCode, Refusal};
use serde::Serialize;
use utoipa::ToSchema;

use super::charge_body::ChargeBody;
use super::{Caller, Posted, zone_notice};
use crate::house::House;
use crate::http::reply::{Fault, ok, replayed};
use crate::http::{body, wire};
use crate::reserve::{self, Asked};

#[derive(Serialize, ToSchema)]
pub struct Reserved {
    reserve_id: String,
    reserve_execute_at: String,
}

#[derive(Serialize, ToSchema)]
pub struct Revoked {
    reserve_id: String,
    success: bool,
}

pub async fn request(State(house): State<Arc<House>>, posted: Posted) -> Result<Response, Fault> {
    let read = body::json::<ChargeBody>(&posted.headers, &posted.body)?.read()?;
    let execute_at = read.reserve_execute_at.clone();
    let asked = Asked {
        project: posted.caller.project.id,
        billing_key: read.billing_key,
        fields: read.fields,
        execute_at: read.reserve_execute_at,
    };
    let (reserve, again) = reserve::request(&house, asked).await?;
    let answer = Reserved {
        reserve_id: reserve.id.to_string(),
        reserve_execute_at: reserve.execute_at.to_wire(),
    };
    let response = replayed(ok(&answer), again);
    Ok(zone_notice::add(
        response,
        &posted.headers,
        "reserve_execute_at",
        execute_at.as_deref(),
    ))
}

pub async fn lookup(
    State(house): State<Arc<House>>,
    Caller(known): Caller,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let reserve = reserve::lookup(&house, known.project.id, parse(&id)?).await?;
    Ok(ok(&wire::Reserve::new(&reserve)?))
}

pub async fn revoke(
    State(house): State<Arc<House>>,
    Caller(known): Caller,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let id = parse(&id)?;
    reserve::revoke(&house, known.project.id, id).await?;
    Ok(ok(&Revoked {
        reserve_id: id.to_string(),
        success: true,
    }))
}

fn parse(text: &str) -> Result<ReserveId, Refusal> {
    text.parse()
        .map_err(|_| Refusal::new(ErrorCode::ReserveNotFound, "reserve_id"))
}
