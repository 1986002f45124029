//! The simulated PG itself: states and rules. No clock, no randomness, no I/O.
//!
//! Each command is a function `(&SimulatedPg, command, now_ms) -> Result<Event, PgRefusal>`; [`pg::SimulatedPg::apply`] is the only
//! thing that changes state, so that a replayed journal ends where the process stood.

pub mod answer;
pub mod calls;
pub mod cancel;
pub mod cancel_receipt;
pub mod charge;
pub mod consent;
pub mod debit;
pub mod event;
pub mod expire;
pub mod find;
pub mod find_payment;
pub mod find_receipt;
pub mod fingerprint;
pub mod ids;
pub mod issue_receipt;
pub mod ledger;
pub mod ledger_report;
pub mod maintenance;
pub mod money;
pub mod names;
pub mod net_cancel;
pub mod order;
pub mod payer;
pub mod payment;
pub mod pg;
pub mod receipt;
mod receipts;
pub mod refusal;
pub mod register;
pub mod scenario;
pub mod start;
pub mod view;
pub mod wallet;
