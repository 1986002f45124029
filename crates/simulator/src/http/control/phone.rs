//! `GET|PUT /control/phone`: whether customers answer by themselves, of one project or of all.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use http::HeaderMap;
use serde::{Deserialize, Serialize};

use super::{Done, Problem, done, parse};
use crate::core::scenario::Answering;
use crate::http::counter::project_of;
use crate::http::shell::Shell;

/// On the wire both ways.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Phone {
    answering: Answering,
}

pub(super) async fn show(State(shell): State<Arc<Shell>>, headers: HeaderMap) -> Json<Phone> {
    Json(Phone {
        answering: shell.engine.phones.answering(project_of(&headers)),
    })
}

pub(super) async fn set(
    State(shell): State<Arc<Shell>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Done>, Problem> {
    let Phone { answering } = parse(&body)?;
    shell.engine.phones.set(project_of(&headers), answering);
    Ok(done("set"))
}
