//! `GET|POST|DELETE /sandbox/faults`, `DELETE /sandbox/faults/{id}`: what goes wrong with the project's next calls to the
//! simulated PG. `GET /sandbox/scenarios`: who behaves how.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use domain::{ErrorCode, ProjectId, Refusal};
use serde::{Deserialize, Serialize};

use crate::house::House;
use crate::http::body;
use crate::http::lenient::Field;
use crate::http::reply::{Fault, ok};
use crate::http::v2::{Caller, Posted};
use crate::sandbox::{NewFault, WaitingFault, faults, phone};

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    on: Field<String>,
    kind: Field<String>,
    times: Field<String>,
    slow_ms: Field<String>,
    for_ms: Field<String>,
}

#[derive(Serialize)]
struct List {
    faults: Vec<WaitingFault>,
}

pub async fn list(State(house): State<Arc<House>>, Caller(caller): Caller) -> Result<Response, Fault> {
    waiting(&house, caller.project.id).await
}

pub async fn add(State(house): State<Arc<House>>, posted: Posted) -> Result<Response, Fault> {
    phone::simulator(&house)?;
    let asked: Asked = body::json(&posted.headers, &posted.body)?;
    let fault = NewFault {
        on: asked.on.optional("on")?.unwrap_or_else(|| "any".to_owned()),
        kind: asked.kind.optional("kind")?.unwrap_or_default(),
        times: number(asked.times, "times")?,
        slow_ms: number(asked.slow_ms, "slow_ms")?,
        for_ms: number(asked.for_ms, "for_ms")?,
    };
    let project = posted.caller.project.id;
    faults::add(&house, project, fault).await?;
    waiting(&house, project).await
}

pub async fn clear(State(house): State<Arc<House>>, Caller(caller): Caller) -> Result<Response, Fault> {
    faults::clear(&house, caller.project.id).await?;
    waiting(&house, caller.project.id).await
}

pub async fn remove(
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Caller(caller): Caller,
) -> Result<Response, Fault> {
    phone::simulator(&house)?;
    let id = id.parse().map_err(|_| Refusal::new(ErrorCode::FieldInvalid, "id"))?;
    faults::remove(&house, caller.project.id, id).await?;
    waiting(&house, caller.project.id).await
}

pub async fn scenarios(State(house): State<Arc<House>>, _caller: Caller) -> Result<Response, Fault> {
    Ok(ok(&faults::scenarios(&house).await?))
}

async fn waiting(house: &House, project: ProjectId) -> Result<Response, Fault> {
    let faults = faults::waiting(house, project).await?;
    Ok(ok(&List { faults }))
}

fn number<T: std::str::FromStr>(field: Field<String>, name: &'static str) -> Result<Option<T>, Refusal> {
    let Some(text) = field.optional(name)? else {
        return Ok(None);
    };
    let number = text.parse().map_err(|_| Refusal::new(ErrorCode::FieldInvalid, name))?;
    Ok(Some(number))
}
