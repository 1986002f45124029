//! The truth that a test asks for: how often each customer was called, which keys there are, and the money.

use serde::Serialize;

use super::debit::DebitScenario;
use super::fingerprint::SimulatorFingerprint;
use super::ids::Bid;
use super::money::Money;
use super::pg::SimulatedPg;

/// Calls in the order of their start, keys in the order of their registration.
#[derive(Serialize)]
pub struct LedgerReport {
    pub calls: Vec<CallRow>,
    pub keys: Vec<KeyRow>,
    #[serde(flatten)]
    pub money: Money,
}

/// One accepted consent.
#[derive(Serialize)]
pub struct CallRow {
    pub order_id: Box<str>,
    pub phone_hash: SimulatorFingerprint,
    /// How often the phone rang for this order: 1, or something is wrong.
    pub rung: u32,
}

/// One key.
#[derive(Serialize)]
pub struct KeyRow {
    pub bid: Bid,
    pub order_id: Box<str>,
    pub account_hash: Option<SimulatorFingerprint>,
    /// How the account behaves now.
    pub debit_scenario: DebitScenario,
    pub registered_at_ms: i64,
    pub expired_at_ms: Option<i64>,
}

impl LedgerReport {
    #[must_use]
    pub fn of(bank: &SimulatedPg, now_ms: i64) -> Self {
        let mut consents: Vec<_> = bank.consents.iter().collect();
        consents.sort_unstable_by_key(|(_, consent)| consent.tid);
        let calls = consents.into_iter().map(|(order_id, consent)| CallRow {
            order_id: order_id.clone(),
            phone_hash: consent.phone,
            rung: consent.rung,
        });
        let mut keys: Vec<_> = bank.keys.iter().collect();
        keys.sort_unstable_by_key(|(bid, key)| (key.registered_at_ms, **bid));
        let keys = keys.into_iter().map(|(bid, key)| KeyRow {
            bid: *bid,
            order_id: key.order_id.clone(),
            account_hash: bank.consents.get(&key.order_id).map(|consent| consent.account),
            debit_scenario: bank.debit_setting(key).scenario,
            registered_at_ms: key.registered_at_ms,
            expired_at_ms: key.expired_at_ms,
        });
        Self {
            calls: calls.collect(),
            keys: keys.collect(),
            money: Money::of(bank, now_ms),
        }
    }
}
