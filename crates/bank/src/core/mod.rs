//! The bank itself: states and rules. No clock, no randomness, no I/O.
//!
//! Each command is a function `(&Bank, command, now_ms) -> Result<Event, Refusal>`; [`bank::Bank::apply`] is the only
//! thing that changes state, so that a replayed journal ends where the process stood.

pub mod answer;
pub mod bank;
pub mod calls;
pub mod consent;
pub mod event;
pub mod expire;
pub mod find;
pub mod fingerprint;
pub mod ids;
pub mod ledger;
pub mod payer;
pub mod refusal;
pub mod register;
pub mod scenario;
pub mod start;
