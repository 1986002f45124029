//! What goes on without a request: finishing what the last process left, expiring consents, telling the PG of dead keys,
//! and telling merchants what happened.

mod cash_receipts;
mod deliveries;
mod expire;
mod lanes;
mod recover;
mod reserves;
mod setback;
mod tell_pg;
mod verdicts;

pub use cash_receipts::cash_receipts;
pub use deliveries::deliveries;
pub use expire::expire_consents;
pub use recover::recover;
pub use reserves::reserves;
pub use setback::Setback;
pub use tell_pg::tell_pg;
pub use verdicts::verdicts;
