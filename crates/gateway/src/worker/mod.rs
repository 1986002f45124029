//! What goes on without a request: finishing what the last process left, expiring consents, telling the PG of dead keys.

mod expire;
mod recover;
mod tell_pg;

pub use expire::expire_consents;
pub use recover::recover;
pub use tell_pg::tell_pg;
