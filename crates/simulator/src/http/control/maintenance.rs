//! `GET|PUT|DELETE /control/maintenance`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{Done, Problem, done, parse};
use crate::core::event::Event;
use crate::core::maintenance::ALL_BANKS;
use crate::http::shell::Shell;

/// One bank's window, on the wire both ways.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    /// Three digits, or `all`.
    bank_code: String,
    from_ms: i64,
    until_ms: i64,
}

pub(super) async fn list(State(shell): State<Arc<Shell>>) -> Json<Vec<Row>> {
    Json(shell.engine.read(|bank| {
        let rows = bank.maintenance.windows().map(|(bank_code, window)| Row {
            bank_code: bank_code.to_owned(),
            from_ms: window.from_ms,
            until_ms: window.until_ms,
        });
        rows.collect()
    }))
}

pub(super) async fn set(State(shell): State<Arc<Shell>>, body: Bytes) -> Result<Json<Done>, Problem> {
    let row: Row = parse(&body)?;
    let is_code = row.bank_code.len() == 3 && row.bank_code.bytes().all(|byte| byte.is_ascii_digit());
    if !(is_code || row.bank_code == ALL_BANKS) {
        return Err(Problem::bad_request("bank_code has three digits, or is \"all\""));
    }
    if row.from_ms >= row.until_ms {
        return Err(Problem::bad_request("from_ms must be before until_ms"));
    }
    let event = Event::MaintenanceSet {
        bank_code: row.bank_code.into(),
        from_ms: row.from_ms,
        until_ms: row.until_ms,
        at_ms: shell.engine.now_ms(),
    };
    shell.engine.set(event).map_err(|_| Problem::not_written())?;
    Ok(done("set"))
}

pub(super) async fn clear(State(shell): State<Arc<Shell>>) -> Result<Json<Done>, Problem> {
    let at_ms = shell.engine.now_ms();
    let event = Event::MaintenanceCleared { at_ms };
    shell.engine.set(event).map_err(|_| Problem::not_written())?;
    Ok(done("cleared"))
}
