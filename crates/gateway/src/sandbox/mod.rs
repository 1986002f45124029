//! What only a sandbox can do.

mod skip;

pub use skip::skip;

use std::sync::Arc;

use seams::SandboxClock;

/// The sandbox's clock, and where its lead over the machine's is kept, so that a restart does not go back in time.
#[derive(Clone)]
pub struct Steering {
    pub clock: SandboxClock,
    /// Keeps the lead, in milliseconds; an error is for the log.
    pub keep: Arc<dyn Fn(i64) -> Result<(), String> + Send + Sync>,
}
