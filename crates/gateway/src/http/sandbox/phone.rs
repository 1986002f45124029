//! `GET|POST /sandbox/phone`: whether the project's simulated customers answer by themselves.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::{ErrorCode, Refusal};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::http::body;
use crate::http::lenient::Field;
use crate::http::response::{ApiError, ok};
use crate::http::v2::{AuthenticatedBody, Caller};
use crate::sandbox::{Answering, ars_calls};

#[derive(Deserialize, Default)]
#[serde(default)]
struct PhoneBody {
    answering: Field<String>,
}

#[derive(Serialize)]
struct PhoneAnswer {
    answering: &'static str,
}

pub async fn show(State(app): State<Arc<App>>, Caller(caller): Caller) -> Result<Response, ApiError> {
    let answering = ars_calls::answering(&app.sandbox, caller.project.id).await?.name();
    Ok(ok(&PhoneAnswer { answering }))
}

pub async fn change(State(app): State<Arc<App>>, posted: AuthenticatedBody) -> Result<Response, ApiError> {
    ars_calls::simulator(&app.sandbox)?;
    let asked: PhoneBody = body::json(&posted.headers, &posted.body)?;
    let wanted = asked.answering.optional("answering")?;
    let names: Vec<_> = Answering::ALL.iter().map(|one| one.name()).collect();
    let answering: Answering = wanted
        .as_deref()
        .and_then(|name| name.parse().ok())
        .ok_or_else(|| Refusal::new(ErrorCode::FieldInvalid, "answering").hint(names.join(", ")))?;
    ars_calls::set_answering(&app.sandbox, posted.caller.project.id, answering).await?;
    let answering = answering.name();
    Ok(ok(&PhoneAnswer { answering }))
}
