//! What Jadong decides: states, rules, money, banks, identity checks, masking and error codes.
//!
//! Plain functions over plain data: no clock, no randomness, no I/O, no async. Time, ids and keys are passed in,
//! and a decision is returned as the changes that the store commits.

pub mod bank;
pub mod cash_receipt;
pub mod change;
pub mod error;
pub mod fingerprint;
pub mod identity;
pub mod ids;
pub mod issuance;
pub mod key;
mod language;
pub mod mask;
pub mod money;
pub mod payment;
pub mod phone;
pub mod precondition;
pub mod project;
pub mod reserve;
pub mod sensitive;
pub mod sensitive_text;
pub mod suggest;
pub mod text;
pub mod time;
pub mod transition;
pub mod webhook_delivery;
pub mod written_time;

pub use error::{ErrorCode, Refusal};
pub use ids::{BillingKeyId, ProjectId, ReceiptId, ReserveId};
pub use language::Language;
pub use money::Won;
pub use sensitive::Sensitive;
pub use time::EpochMs;
