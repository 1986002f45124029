//! `PUT|DELETE /control/accounts/{bid}/scenario`: how an account behaves when it is debited.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use bytes::Bytes;
use http::StatusCode;

use super::{Done, Problem, done, parse};
use crate::config::LONGEST_MS;
use crate::core::debit::DebitSetting;
use crate::core::event::Event;
use crate::core::ids::Bid;
use crate::http::shell::Shell;

/// In place of a key: every key.
const ALL: &str = "all";

pub(super) async fn set(
    State(shell): State<Arc<Shell>>,
    Path(bid): Path<String>,
    body: Bytes,
) -> Result<Json<Done>, Problem> {
    let setting: DebitSetting = parse(&body)?;
    if u64::from(setting.late_ms) > LONGEST_MS {
        return Err(Problem::bad_request("late_ms must be at most 24 hours"));
    }
    commit(&shell, &bid, Some(setting))?;
    Ok(done("set"))
}

pub(super) async fn remove(State(shell): State<Arc<Shell>>, Path(bid): Path<String>) -> Result<Json<Done>, Problem> {
    commit(&shell, &bid, None)?;
    Ok(done("removed"))
}

fn commit(shell: &Shell, bid: &str, debit: Option<DebitSetting>) -> Result<(), Problem> {
    let at_ms = shell.engine.now_ms();
    let event = if bid == ALL {
        Event::EveryDebitSet { debit, at_ms }
    } else {
        let bid = Bid::parse(bid).filter(|bid| shell.engine.read(|bank| bank.keys.contains_key(bid)));
        let message = "no such key";
        let bid = bid.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "no-such-key", message))?;
        Event::DebitSet { bid, debit, at_ms }
    };
    shell.engine.set(event).map_err(|_| Problem::not_written())
}
