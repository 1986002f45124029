//! `GET /healthz`: the process answers. `GET /readyz`: it can also make a write durable.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::{ErrorCode, Refusal};
use serde_json::json;

use super::reply::{Fault, ok};
use crate::house::House;

pub async fn live() -> Response {
    ok(&json!({ "status": "ok" }))
}

pub async fn ready(State(house): State<Arc<House>>) -> Response {
    if house.stopping.is_cancelled() {
        return Fault(Refusal::of(ErrorCode::Overloaded).hint("stopping")).into_response();
    }
    let quiet = house.settings.timing.verdict_quiet.as_millis();
    if house.clocks.since_jump_ms().is_some_and(|ms| u128::from(ms) < quiet) {
        let hint = "the machine's clock has jumped: no verdict is reached by it yet";
        return Fault(Refusal::of(ErrorCode::Overloaded).hint(hint)).into_response();
    }
    match house.store.check().await {
        Ok(()) => ok(&json!({ "status": "ready", "open_consents": house.board.len() })),
        Err(error) => Fault(crate::issuance::commit_refusal(&error)).into_response(),
    }
}
