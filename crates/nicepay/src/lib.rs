//! The NICE-shaped wire protocol: types, signatures, encrypted fields and result codes.
//!
//! Shared by the connector (`pg`) and the simulated PG (`simulator`), which share nothing else.
//! Source of every shape: `docs/reference/pg-protocol.md`, which says what is documented and what is assumed.

pub mod codes;
pub mod encdata;
pub mod payment;
pub mod sign;
pub mod wire;

/// A header that NICE does not know: how far the caller's clock is ahead of the machine's, in milliseconds. Only the
/// simulated PG reads it; it is sent only by a sandbox project whose clock was moved.
pub const SANDBOX_AHEAD_MS: &str = "jadong-sandbox-ahead-ms";

/// A header that NICE does not know: whose call it is, so that each project of a sandbox has customers and faults of its
/// own. Only the simulated PG reads it; a live gateway never sends it.
pub const SANDBOX_PROJECT: &str = "jadong-sandbox-project";

/// A header that NICE does not know: what is to become of this call, a fault or how the customer or the account behaves. Only
/// the simulated PG reads it; a live gateway never sends it.
pub const SANDBOX_OUTCOME: &str = "jadong-sandbox-outcome";
