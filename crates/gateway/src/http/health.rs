//! `GET /healthz`: the process answers. `GET /readyz`: it can also make a write durable.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::{EpochMs, ErrorCode, Refusal};
use serde_json::json;

use super::response::{ApiError, ok};
use crate::app::App;
use crate::services::issuance::lease::LASTS_MS;

pub async fn live() -> Response {
    ok(&json!({ "status": "ok" }))
}

pub async fn ready(State(app): State<Arc<App>>) -> Response {
    if app.services.stopping.is_cancelled() {
        return ApiError(Refusal::of(ErrorCode::Overloaded).hint("stopping")).into_response();
    }
    if app.services.nodes.is_draining() {
        return ApiError(Refusal::of(ErrorCode::Overloaded).hint("draining")).into_response();
    }
    let quiet = app.services.settings.timing.verdict_quiet.as_millis();
    if app
        .services
        .clocks
        .since_jump_ms()
        .is_some_and(|ms| u128::from(ms) < quiet)
    {
        let hint = "the machine's clock has jumped: no verdict is reached by it yet";
        return ApiError(Refusal::of(ErrorCode::Overloaded).hint(hint)).into_response();
    }
    let now = app.services.clocks.machine_now();
    let driven_at = EpochMs(app.services.driven_at.load(Ordering::Acquire));
    if now.since_ms(driven_at) > LASTS_MS {
        let hint = "it stood still, or cannot reach the store: what it drove may be another's";
        return ApiError(Refusal::of(ErrorCode::Overloaded).hint(hint)).into_response();
    }
    match app.ops.readiness.check(app.services.store()).await {
        Ok(()) => ok(&json!({
            "status": "ready",
            "open_consents": app.services.in_flight.issuances.len(),
            "debits": if app.services.are_debits_held() { "held" } else { "taken" },
        })),
        Err(refusal) => ApiError(refusal).into_response(),
    }
}
