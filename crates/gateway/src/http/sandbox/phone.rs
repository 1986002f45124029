//! `GET|POST /sandbox/phone`: whether the project's simulated customers answer by themselves.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::{ErrorCode, Refusal};
use serde::{Deserialize, Serialize};

use crate::house::House;
use crate::http::body;
use crate::http::lenient::Field;
use crate::http::reply::{Fault, ok};
use crate::http::v2::{Caller, Posted};
use crate::sandbox::{Answering, phone};

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    answering: Field<String>,
}

#[derive(Serialize)]
struct Answer {
    answering: &'static str,
}

pub async fn show(State(house): State<Arc<House>>, Caller(caller): Caller) -> Result<Response, Fault> {
    let answering = phone::answering(&house, caller.project.id).await?.name();
    Ok(ok(&Answer { answering }))
}

pub async fn change(State(house): State<Arc<House>>, posted: Posted) -> Result<Response, Fault> {
    phone::simulator(&house)?;
    let asked: Asked = body::json(&posted.headers, &posted.body)?;
    let wanted = asked.answering.optional("answering")?;
    let names = Answering::ALL.map(Answering::name);
    let answering = Answering::ALL
        .into_iter()
        .find(|known| wanted.as_deref() == Some(known.name()))
        .ok_or_else(|| Refusal::new(ErrorCode::FieldInvalid, "answering").hint(names.join(", ")))?;
    phone::set_answering(&house, posted.caller.project.id, answering).await?;
    let answering = answering.name();
    Ok(ok(&Answer { answering }))
}
