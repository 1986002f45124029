//! What only a sandbox can do.

mod skip;

pub use skip::{allowed, skip};
