//! The money promise: at most one debit per order, whatever crashes when, and every unknown outcome gets a verdict. The
//! simulated PG's ledger is the oracle; nothing that the gateway says of itself is believed without it.

mod capabilities;
pub mod crash;
#[cfg(feature = "failpoints")]
mod late;
mod machine;
pub mod points;
