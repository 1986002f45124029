//! `GET|POST /sandbox/clock`: what time it is for the caller's project, moving it on, and making it right again.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::{EpochMs, ErrorCode, ProjectId, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::body;
use crate::http::lenient::Field;
use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};
use crate::http::response::{ApiError, ok};
use crate::http::v2::{AuthenticatedBody, Caller};
use crate::sandbox::{advance, allowed, make_right};

pub const SHOW: Endpoint = Endpoint {
    path: "/sandbox/clock",
    name: "getSandboxClock",
    tag: "sandbox",
    korean: "샌드박스의 시각",
    english: "What time it is for the sandbox",
    answer: DocumentedAnswer::One("SandboxClock"),
    own_errors: &[&[ErrorCode::EndpointNotFound]],
    ..PLAIN
};

pub const CHANGE: Endpoint = Endpoint {
    method: "post",
    path: "/sandbox/clock",
    name: "moveSandboxClock",
    tag: "sandbox",
    korean: "시간 건너뛰기",
    english: "Skip some time",
    body: Some(("SandboxClockRequest", &[])),
    answer: DocumentedAnswer::One("SandboxClock"),
    own_errors: &[&[ErrorCode::EndpointNotFound, ErrorCode::SandboxRefused]],
    ..PLAIN
};

/// The furthest skip: two years.
const SKIP_MS_MAX: u64 = 2 * 366 * 24 * 60 * 60 * 1000;

#[derive(Deserialize, Default, ToSchema)]
#[schema(as = SandboxClockRequest)]
pub struct ClockBody {
    /// A length of time: `40d`, `1h 30m`.
    #[serde(default)]
    #[schema(value_type = String)]
    advance: Field<String>,
    /// `true`: back to the machine's time, where nothing of the project has happened since.
    #[serde(default)]
    #[schema(value_type = bool)]
    reset: Value,
    /// A moment, in any format that a reserve takes.
    #[serde(default)]
    #[schema(value_type = String)]
    set: Field<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SandboxClock)]
pub struct ClockAnswer {
    now: String,
    ahead_ms: i64,
    steps: u32,
}

pub async fn show(State(app): State<Arc<App>>, caller: Caller) -> Result<Response, ApiError> {
    allowed(&app.sandbox)?;
    Ok(answer(&app, caller.0.project.id, 0))
}

pub async fn change(State(app): State<Arc<App>>, posted: AuthenticatedBody) -> Result<Response, ApiError> {
    allowed(&app.sandbox)?;
    let asked: ClockBody = body::json(&posted.headers, &posted.body)?;
    let project = posted.caller.project.id;
    if is_reset(&asked)? {
        make_right(&app.sandbox, project).await?;
        return Ok(answer(&app, project, 0));
    }
    // A task of its own: a client that gives up does not leave time half-way.
    let skipping = app.clone();
    let advancing = async move { advance(&skipping.sandbox, project, |now| target(asked, now)).await };
    let skipped = app.services.run_to_end(advancing).await?;
    tracing::info!(
        project = posted.caller.project.name,
        now = skipped.now.to_wire(),
        steps = skipped.steps,
        "a sandbox project's clock was moved"
    );
    Ok(answer(&app, project, skipped.steps))
}

/// Whether it is the one thing that is asked for. Errors: it is neither true nor false, or something else is asked too.
fn is_reset(asked: &ClockBody) -> Result<bool, Refusal> {
    let wrong = || Refusal::new(ErrorCode::FieldInvalid, "reset").hint("{\"reset\":true}, and nothing besides");
    let is_alone = matches!((&asked.advance, &asked.set), (Field::Absent, Field::Absent));
    match &asked.reset {
        Value::Null | Value::Bool(false) => Ok(false),
        Value::Bool(true) if is_alone => Ok(true),
        _ => Err(wrong()),
    }
}

fn answer(app: &App, project: ProjectId, steps: u32) -> Response {
    let at = app.services.clocks.call_time(project);
    ok(&ClockAnswer {
        now: at.now.to_wire(),
        ahead_ms: at.ahead_ms,
        steps,
    })
}

fn target(asked: ClockBody, now: EpochMs) -> Result<EpochMs, Refusal> {
    let wrong = |field, hint: &str| Refusal::new(ErrorCode::FieldInvalid, field).hint(hint);
    let to = match (asked.advance.optional("advance")?, asked.set.optional("set")?) {
        (Some(advance), None) => {
            domain::time::after(now, &advance).ok_or_else(|| wrong("advance", domain::time::SPANS))?
        }
        (None, Some(set)) => domain::written_time::parse(&set)
            .filter(|set| *set >= now)
            .ok_or_else(|| wrong("set", "a moment that is not past: 2027-01-01T00:00:00+09:00"))?,
        _ => return Err(wrong("advance", "one of advance, set, reset: {\"advance\":\"40d\"}")),
    };
    if to.since_ms(now) > SKIP_MS_MAX {
        return Err(wrong("advance", "at most two years at once"));
    }
    Ok(to)
}
