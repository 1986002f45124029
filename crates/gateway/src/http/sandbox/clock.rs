//! `GET|POST /sandbox/clock`: what time it is for the sandbox, and skipping some.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::{EpochMs, ErrorCode, Refusal};
use seams::Clock;
use serde::{Deserialize, Serialize};

use crate::house::House;
use crate::http::body;
use crate::http::lenient::Field;
use crate::http::reply::{Fault, ok};
use crate::http::v2::{Caller, Posted};
use crate::issuance::read_refusal;
use crate::sandbox::{Steering, skip};

/// The furthest skip: two years.
const SKIP_MS_MAX: u64 = 2 * 366 * 24 * 60 * 60 * 1000;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    /// A length of time: `40d`, `1h 30m`.
    advance: Field<String>,
    /// A moment, in any format that a reserve takes.
    set: Field<String>,
}

#[derive(Serialize)]
struct Answer {
    now: String,
    ahead_ms: i64,
    steps: u32,
}

pub async fn show(State(house): State<Arc<House>>, _caller: Caller) -> Result<Response, Fault> {
    Ok(answer(steering(&house)?, 0))
}

pub async fn change(State(house): State<Arc<House>>, posted: Posted) -> Result<Response, Fault> {
    let asked: Asked = body::json(&posted.headers, &posted.body)?;
    let steering = steering(&house)?.clone();
    let to = target(asked, EpochMs(steering.clock.now_ms()))?;
    // A task of its own: a client that gives up does not leave time half-way.
    let skipping = house.clone();
    let skipped = house.tasks.spawn(async move {
        let skipped = skip(&skipping, &steering, to).await;
        skipped.map(|skipped| (skipped, steering))
    });
    let skipped = skipped.await.map_err(|_| Refusal::of(ErrorCode::Internal))?;
    let (skipped, steering) = skipped.map_err(|error| read_refusal(&error))?;
    tracing::info!(
        now = skipped.now.to_wire(),
        steps = skipped.steps,
        "the sandbox's clock was moved"
    );
    Ok(answer(&steering, skipped.steps))
}

fn steering(house: &House) -> Result<&Steering, Refusal> {
    house
        .steering
        .as_ref()
        .ok_or_else(|| Refusal::of(ErrorCode::EndpointNotFound))
}

fn answer(steering: &Steering, steps: u32) -> Response {
    let now = EpochMs(steering.clock.now_ms()).to_wire();
    ok(&Answer {
        now,
        ahead_ms: steering.clock.ahead_ms(),
        steps,
    })
}

fn target(asked: Asked, now: EpochMs) -> Result<EpochMs, Refusal> {
    let wrong = |field, hint: &str| Refusal::new(ErrorCode::FieldInvalid, field).hint(hint);
    let to = match (asked.advance.optional("advance")?, asked.set.optional("set")?) {
        (Some(advance), None) => {
            let by = domain::time::parse_span_ms(&advance).ok_or_else(|| wrong("advance", "40d, 12h, 30m, 10s"))?;
            now.plus_ms(by)
        }
        (None, Some(set)) => domain::reserve::parse_when(&set)
            .filter(|set| *set >= now)
            .ok_or_else(|| wrong("set", "a moment that is not past: 2027-01-01T00:00:00+09:00"))?,
        _ => return Err(wrong("advance", "advance or set: {\"advance\":\"40d\"}")),
    };
    if to.since_ms(now) > SKIP_MS_MAX {
        return Err(wrong("advance", "at most two years at once"));
    }
    Ok(to)
}
