//! What goes on without a request: finishing what the last process left, expiring consents, telling the PG of dead keys.

mod expire;
mod recover;
mod reserves;
mod tell_pg;
mod verdicts;

pub use expire::expire_consents;
pub use recover::recover;
pub use reserves::reserves;
pub use tell_pg::tell_pg;
pub use verdicts::verdicts;
