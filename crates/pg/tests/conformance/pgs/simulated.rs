//! The simulated PG, which stands behind all three.

use std::sync::Arc;

use reqwest::Method;
use seams::{OsEntropy, SystemClock};
use serde_json::json;
use simulator::{RunningSimulator, SimulatorConfig};
use testkit::SimulatedPg;

use crate::subject::{Decision, Ledger};

/// One whose customers wait until a test decides for them.
pub async fn start() -> RunningSimulator {
    let config = SimulatorConfig::sandbox("127.0.0.1:0".parse().unwrap());
    let running = simulator::start(config, Arc::new(SystemClock), Arc::new(OsEntropy)).await;
    let running = running.unwrap();
    by_hand(&SimulatedPg::at(&running.url())).await;
    running
}

pub async fn by_hand(pg: &SimulatedPg) {
    pg.control(Method::PUT, "phone", json!({ "answering": "by-hand" }))
        .await;
}

/// The customer who was called for this order of the simulated PG's.
pub async fn customer(pg: &SimulatedPg, order_id: &str, decision: Decision) {
    let action = match decision {
        Decision::Agrees => "agree",
        Decision::Refuses => "refuse",
    };
    pg.answer(order_id, action).await;
}

pub async fn ledger(pg: &SimulatedPg) -> Ledger {
    let ledger = pg.ledger().await;
    Ledger {
        asked: ledger.calls.len(),
        keys: ledger.keys.iter().filter(|key| key.expired_at_ms.is_none()).count(),
        debits: ledger.debits.len(),
        taken: ledger.totals.debited,
        given_back: ledger.totals.refunded,
        receipts: ledger
            .receipts
            .iter()
            .filter(|receipt| receipt.cancelled_at_ms.is_none())
            .count(),
    }
}
