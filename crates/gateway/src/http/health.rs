//! `GET /healthz`: the process answers. `GET /readyz`: it can also make a write durable.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::{ErrorCode, Refusal};
use serde_json::json;

use super::response::{ApiError, ok};
use crate::app::App;

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
    match app.ops.readiness.check(app.services.store()).await {
        Ok(()) => ok(&json!({
            "status": "ready",
            "open_consents": app.services.in_flight.issuances.len(),
            "debits": if app.services.are_debits_held() { "held" } else { "taken" },
        })),
        Err(refusal) => ApiError(refusal).into_response(),
    }
}
