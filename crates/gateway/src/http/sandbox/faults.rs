//! `GET|POST|DELETE /sandbox/faults`, `DELETE /sandbox/faults/{id}`: what goes wrong with the project's next calls to the
//! simulated PG. `GET /sandbox/scenarios`: who behaves how.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use domain::{ErrorCode, ProjectId, Refusal};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::http::body;
use crate::http::lenient::Field;
use crate::http::response::{ApiError, ok};
use crate::http::v2::{AuthenticatedBody, Caller};
use crate::sandbox::{NewFault, WaitingFault, ars_calls, faults};

#[derive(Deserialize, Default)]
#[serde(default)]
struct FaultBody {
    on: Field<String>,
    kind: Field<String>,
    times: Field<String>,
    slow_ms: Field<String>,
    for_ms: Field<String>,
}

#[derive(Serialize)]
struct FaultList {
    faults: Vec<WaitingFault>,
}

pub async fn list(State(app): State<Arc<App>>, Caller(caller): Caller) -> Result<Response, ApiError> {
    waiting(&app, caller.project.id).await
}

pub async fn add(State(app): State<Arc<App>>, posted: AuthenticatedBody) -> Result<Response, ApiError> {
    ars_calls::simulator(&app.sandbox)?;
    let asked: FaultBody = body::json(&posted.headers, &posted.body)?;
    let fault = NewFault {
        on: asked.on.optional("on")?.unwrap_or_else(|| "any".to_owned()),
        kind: asked.kind.optional("kind")?.unwrap_or_default(),
        times: number(asked.times, "times")?,
        slow_ms: number(asked.slow_ms, "slow_ms")?,
        for_ms: number(asked.for_ms, "for_ms")?,
    };
    let project = posted.caller.project.id;
    faults::add(&app.sandbox, project, fault).await?;
    waiting(&app, project).await
}

pub async fn clear(State(app): State<Arc<App>>, Caller(caller): Caller) -> Result<Response, ApiError> {
    faults::clear(&app.sandbox, caller.project.id).await?;
    waiting(&app, caller.project.id).await
}

pub async fn remove(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Caller(caller): Caller,
) -> Result<Response, ApiError> {
    ars_calls::simulator(&app.sandbox)?;
    let id = id.parse().map_err(|_| Refusal::new(ErrorCode::FieldInvalid, "id"))?;
    faults::remove(&app.sandbox, caller.project.id, id).await?;
    waiting(&app, caller.project.id).await
}

pub async fn scenarios(State(app): State<Arc<App>>, _caller: Caller) -> Result<Response, ApiError> {
    Ok(ok(&faults::scenarios(&app.sandbox).await?))
}

async fn waiting(app: &App, project: ProjectId) -> Result<Response, ApiError> {
    let faults = faults::waiting(&app.sandbox, project).await?;
    Ok(ok(&FaultList { faults }))
}

fn number<T: std::str::FromStr>(field: Field<String>, name: &'static str) -> Result<Option<T>, Refusal> {
    let Some(text) = field.optional(name)? else {
        return Ok(None);
    };
    let number = text.parse().map_err(|_| Refusal::new(ErrorCode::FieldInvalid, name))?;
    Ok(Some(number))
}
