//! `GET /healthz`: the process answers. `GET /readyz`: it can also make a write durable.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::{ErrorCode, Refusal};
use serde_json::json;
use store::{CommitError, Store};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::response::{ApiError, ok};
use crate::app::App;

/// For so long one durable write answers everybody who asks: the question needs no credentials.
const FRESH: Duration = Duration::from_secs(1);
/// A disk that takes longer than this for one row is not ready.
const PATIENCE: Duration = Duration::from_secs(5);

/// When a row was last written, and what came of it.
#[derive(Default)]
pub struct Readiness {
    last: Mutex<Option<(Instant, Option<ErrorCode>)>>,
}

impl Readiness {
    /// Writes a row, or says what came of that a moment ago. Whoever asks meanwhile waits for the same write.
    async fn check(&self, store: &Store) -> Result<(), Refusal> {
        let mut last = self.last.lock().await;
        let fresh = last.filter(|(at, _)| at.elapsed() < FRESH);
        let found = match fresh {
            Some((_, found)) => found,
            None => {
                let found = write(store).await;
                *last = Some((Instant::now(), found));
                found
            }
        };
        found.map_or(Ok(()), |code| Err(Refusal::of(code)))
    }
}

/// What is said of a write that was not made; `None` when it was.
async fn write(store: &Store) -> Option<ErrorCode> {
    match tokio::time::timeout(PATIENCE, store.check()).await {
        Ok(Ok(())) => None,
        // One that shared its group with another's failure says nothing of the disk: once more.
        Ok(Err(CommitError::NotDone(_) | CommitError::InDoubt(_))) => {
            match tokio::time::timeout(PATIENCE, store.check()).await {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(crate::issuance::commit_refusal(&error).code),
                Err(_) => Some(ErrorCode::StoreUnavailable),
            }
        }
        Ok(Err(error)) => Some(crate::issuance::commit_refusal(&error).code),
        Err(_) => Some(ErrorCode::StoreUnavailable),
    }
}

pub async fn live() -> Response {
    ok(&json!({ "status": "ok" }))
}

pub async fn ready(State(app): State<Arc<App>>) -> Response {
    if app.stopping.is_cancelled() {
        return ApiError(Refusal::of(ErrorCode::Overloaded).hint("stopping")).into_response();
    }
    let quiet = app.settings.timing.verdict_quiet.as_millis();
    if app.clocks.since_jump_ms().is_some_and(|ms| u128::from(ms) < quiet) {
        let hint = "the machine's clock has jumped: no verdict is reached by it yet";
        return ApiError(Refusal::of(ErrorCode::Overloaded).hint(hint)).into_response();
    }
    match app.readiness.check(&app.store).await {
        Ok(()) => ok(&json!({
            "status": "ready",
            "open_consents": app.issuances_in_flight.len(),
            "debits": if app.are_debits_held() { "held" } else { "taken" },
        })),
        Err(refusal) => ApiError(refusal).into_response(),
    }
}
