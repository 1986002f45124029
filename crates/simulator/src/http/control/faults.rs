//! `GET|POST|DELETE /control/faults`, `DELETE /control/faults/{id}`: of one project, where the caller says which, or of all.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use tokio::sync::oneshot;

use super::{Done, Problem, done, parse};
use crate::faults::{Fault, FaultKind, On};
use crate::http::asked::SLOW_MS;
use crate::http::counter::project_of;
use crate::http::shell::{Refuse, Shell};

const TIMES_MAX: u32 = 1_000_000;
const SLOW_MS_MAX: u64 = 120_000;
const REFUSE_MS_MAX: u64 = 120_000;

/// A fault as it is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    #[serde(default = "any")]
    on: On,
    kind: AskKind,
    #[serde(default = "once")]
    times: u32,
    #[serde(default = "usual_slow_ms")]
    slow_ms: u64,
    #[serde(default = "one_second_ms")]
    for_ms: u64,
}

/// A call's fault, or the whole door's, which waits for no call.
#[derive(Deserialize)]
#[serde(untagged)]
enum AskKind {
    Call(FaultKind),
    Door(DoorKind),
}

#[derive(Deserialize)]
enum DoorKind {
    #[serde(rename = "refuse-connection")]
    RefuseConnection,
}

fn any() -> On {
    On::ANY
}

fn once() -> u32 {
    1
}

fn usual_slow_ms() -> u64 {
    SLOW_MS
}

fn one_second_ms() -> u64 {
    1_000
}

pub(super) async fn list(State(shell): State<Arc<Shell>>, headers: HeaderMap) -> Json<Vec<Fault>> {
    Json(shell.faults.waiting(project_of(&headers)))
}

pub(super) async fn clear(State(shell): State<Arc<Shell>>, headers: HeaderMap) -> Json<Done> {
    shell.faults.clear(project_of(&headers));
    done("cleared")
}

pub(super) async fn remove(
    State(shell): State<Arc<Shell>>,
    Path(id): Path<u64>,
    headers: HeaderMap,
) -> Result<Json<Done>, Problem> {
    if shell.faults.remove(id, project_of(&headers)) {
        Ok(done("removed"))
    } else {
        Err(Problem::new(
            StatusCode::NOT_FOUND,
            "no-such-fault",
            "no such fault waits",
        ))
    }
}

pub(super) async fn add(
    State(shell): State<Arc<Shell>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Done>, Problem> {
    let ask: Ask = parse(&body)?;
    if !(1..=TIMES_MAX).contains(&ask.times) || ask.slow_ms > SLOW_MS_MAX || ask.for_ms > REFUSE_MS_MAX {
        return Err(Problem::bad_request("times, slow_ms or for_ms is out of range"));
    }
    let kind = match ask.kind {
        AskKind::Call(kind) => kind,
        AskKind::Door(DoorKind::RefuseConnection) => return refuse(&shell, ask.for_ms).await,
    };
    let fault = Fault {
        id: 0,
        project: project_of(&headers).map(Into::into),
        on: ask.on,
        kind,
        times: ask.times,
        slow_ms: ask.slow_ms,
    };
    let message = "too many faults wait already";
    let added = shell.faults.add(fault);
    added.map_err(|_| Problem::new(StatusCode::CONFLICT, "too-many", message))?;
    Ok(done("added"))
}

/// Answers when connections are refused, so that the caller's next connect is.
async fn refuse(shell: &Shell, for_ms: u64) -> Result<Json<Done>, Problem> {
    let gone = |_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "the bank is stopping");
    let (closed, is_closed) = oneshot::channel();
    let refuse = Refuse { for_ms, closed };
    shell.door.send(refuse).await.map_err(|_| gone(()))?;
    is_closed.await.map_err(|_| gone(()))?;
    Ok(done("refusing"))
}
