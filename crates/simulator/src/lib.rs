//! The simulated PG: a bank with accounts, customers with phones, faults on demand, and a ledger that is the truth
//! in every test.
//!
//! A pure core (`core`: plain functions over plain state, time and randomness passed in) inside an HTTP shell
//! (`http`, `server`). Between them stands the `engine`, the one place where an event is decided, journaled and
//! applied. The protocol is `docs/reference/pg-protocol.md`; the customers, the control API and the faults are
//! `docs/reference/scenarios.md`.

mod config;
mod core;
mod engine;
mod faults;
mod http;
mod journal;
mod server;

pub use crate::config::{SANDBOX_CLIENT_KEY, SANDBOX_SECRET_KEY, SimulatorConfig, StartError};
pub use crate::core::debit::{ACCOUNTS, DEBIT_MAX_KRW, DebitScenario};
pub use crate::core::scenario::{PHONES, Scenario};
pub use crate::http::{TOSS_LIVE_KEY, TOSS_TEST_KEY};
pub use crate::server::{RunningSimulator, start};
pub use nicepay::SANDBOX_PROJECT;
