//! The seams through which time and randomness enter. Everything else is handed these.
//!
//! The third seam, the PG connector, is the `Connector` trait of the crate `pg`.

mod clock;
mod entropy;

pub use clock::{Clock, DatabaseClock, SystemClock, TestClock};
pub use entropy::{Entropy, OsEntropy, SeededEntropy};
