//! `GET|PUT /control/phone`: whether customers answer by themselves.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{Done, Problem, done, parse};
use crate::core::scenario::Answering;
use crate::http::shell::Shell;

/// On the wire both ways.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Phone {
    answering: Answering,
}

pub(super) async fn show(State(shell): State<Arc<Shell>>) -> Json<Phone> {
    Json(Phone {
        answering: shell.desk.answering(),
    })
}

pub(super) async fn set(State(shell): State<Arc<Shell>>, body: Bytes) -> Result<Json<Done>, Problem> {
    let Phone { answering } = parse(&body)?;
    shell.desk.set_answering(answering);
    Ok(done("set"))
}
