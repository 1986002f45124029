//! `GET /control/calls`, `POST /control/calls/{orderId}/answer`

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use bytes::Bytes;
use http::StatusCode;
use nicepay::wire::ConsentStatus;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

use super::{Done, Problem, done, parse};
use crate::core::answer::{Action, NotAnswered};
use crate::core::calls::Call;
use crate::engine::AnswerError;
use crate::http::shell::Shell;

#[derive(Deserialize)]
pub(super) struct Filter {
    status: Option<String>,
}

pub(super) async fn list(
    State(shell): State<Arc<Shell>>,
    Query(filter): Query<Filter>,
) -> Result<Json<Vec<Call>>, Problem> {
    let status = filter.status.as_deref().map(status).transpose()?;
    Ok(Json(shell.engine.calls(status)))
}

/// A status by its name on the wire.
fn status(name: &str) -> Result<ConsentStatus, Problem> {
    let name: StrDeserializer<'_, Error> = name.into_deserializer();
    ConsentStatus::deserialize(name).map_err(|_| Problem::bad_request("no such status"))
}

#[derive(Deserialize)]
struct Answer {
    action: Action,
}

pub(super) async fn answer(
    State(shell): State<Arc<Shell>>,
    Path(order_id): Path<String>,
    body: Bytes,
) -> Result<Json<Done>, Problem> {
    let Answer { action } = parse(&body)?;
    match shell.engine.answer(&order_id, action) {
        Ok(()) => Ok(done("answered")),
        Err(AnswerError::NotAnswered(NotAnswered::NoSuchCall)) => {
            let message = "no customer was called for this order";
            Err(Problem::new(StatusCode::NOT_FOUND, "no-such-call", message))
        }
        Err(AnswerError::NotAnswered(NotAnswered::AlreadyOver)) => {
            let message = "this call is over";
            Err(Problem::new(StatusCode::CONFLICT, "already-over", message))
        }
        Err(AnswerError::NotWritten) => Err(Problem::not_written()),
    }
}
