//! What happened: the only way state changes, and a line of the journal each.
//!
//! An account, an id number or a full phone number has no field here. A debit or a refund becomes an event beside
//! these when the ledger learns about money.

use nice::wire::{AuthType, ConsentStatus};
use serde::{Deserialize, Serialize};

use super::fingerprint::Fingerprint;
use super::ids::{Bid, Tid};
use super::refusal::Shop;
use super::scenario::Scenario;

/// One line of `bank.journal`; times are milliseconds since the epoch.
#[derive(Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    ConsentStarted(ConsentStarted),
    /// Decided by something else than time: a person at the control API, or the report of a late answer.
    ConsentAnswered {
        order_id: Box<str>,
        status: ConsentStatus,
        at_ms: i64,
    },
    KeyRegistered {
        order_id: Box<str>,
        bid: Bid,
        at_ms: i64,
    },
    KeyExpired {
        /// The expiry's own order.
        order_id: Box<str>,
        bid: Bid,
        at_ms: i64,
    },
    ScenarioSet {
        phone: Fingerprint,
        phone_masked: Box<str>,
        scenario: Scenario,
        at_ms: i64,
    },
    ScenarioRemoved {
        phone: Fingerprint,
        at_ms: i64,
    },
    ShopSet {
        register: Shop,
        at_ms: i64,
    },
}

/// A customer was called. Delay and limit are the call's own, so that a later setting does not change its course.
#[derive(Serialize, Deserialize)]
pub struct ConsentStarted {
    pub order_id: Box<str>,
    pub tid: Tid,
    pub auth_type: AuthType,
    pub goods_name: Box<str>,
    pub bank_code: Box<str>,
    pub account: Fingerprint,
    pub phone: Fingerprint,
    pub phone_masked: Box<str>,
    pub scenario: Scenario,
    pub answer_delay_ms: u64,
    pub consent_limit_ms: u64,
    pub at_ms: i64,
}
