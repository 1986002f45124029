//! `GET /control/ledger`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::core::ledger::Ledger;
use crate::http::shell::{RequestCounts, Shell};

/// The ledger, and how many requests of each call arrived.
#[derive(Serialize)]
pub(super) struct Truth {
    #[serde(flatten)]
    ledger: Ledger,
    requests: RequestCounts,
}

pub(super) async fn show(State(shell): State<Arc<Shell>>) -> Json<Truth> {
    Json(Truth {
        ledger: shell.desk.ledger(),
        requests: shell.requests.counts(),
    })
}
