//! `GET /control/ledger`, `GET /control/ledger/totals`, `GET /control/ledger/orders/{orderId}`

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::Serialize;

use super::Problem;
use crate::core::ledger_report::LedgerReport;
use crate::core::money::Sums;
use crate::core::order::OrderReport;
use crate::http::shell::{RequestCounts, Shell};

/// The ledger, and how many requests of each call arrived.
#[derive(Serialize)]
pub(super) struct Truth {
    #[serde(flatten)]
    ledger: LedgerReport,
    requests: RequestCounts,
}

/// The sums of it: cheap after a million debits.
#[derive(Serialize)]
pub(super) struct Totals {
    #[serde(flatten)]
    totals: Sums,
    requests: RequestCounts,
}

pub(super) async fn show(State(shell): State<Arc<Shell>>) -> Json<Truth> {
    Json(Truth {
        ledger: shell.engine.ledger(),
        requests: shell.requests.counts(),
    })
}

pub(super) async fn totals(State(shell): State<Arc<Shell>>) -> Json<Totals> {
    let now_ms = shell.engine.now_ms();
    Json(Totals {
        totals: shell.engine.read(|bank| Sums::of(bank, now_ms)),
        requests: shell.requests.counts(),
    })
}

pub(super) async fn order(
    State(shell): State<Arc<Shell>>,
    Path(order_id): Path<String>,
) -> Result<Json<OrderReport>, Problem> {
    let now_ms = shell.engine.now_ms();
    let report = shell.engine.read(|bank| OrderReport::of(bank, &order_id, now_ms));
    let message = "the PG has not accepted such an order";
    report
        .map(Json)
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "no-such-order", message))
}
