//! `PUT /control/customer`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use serde::Deserialize;

use super::{Done, Problem, done, parse};
use crate::config::LONGEST_MS;
use crate::http::shell::Shell;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Customer {
    answer_delay_ms: u64,
}

pub(super) async fn set(State(shell): State<Arc<Shell>>, body: Bytes) -> Result<Json<Done>, Problem> {
    let Customer { answer_delay_ms } = parse(&body)?;
    if answer_delay_ms > LONGEST_MS {
        return Err(Problem::bad_request("answer_delay_ms must be at most 24 hours"));
    }
    shell.engine.set_answer_delay(answer_delay_ms);
    Ok(done("set"))
}
