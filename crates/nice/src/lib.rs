//! The NICE-shaped wire protocol: types, signatures, encrypted fields and result codes.
//!
//! Shared by the connector (`pg`) and the simulated PG (`bank`), which share nothing else.
//! Source of every shape: `docs/reference/pg-protocol.md`, which says what is documented and what is assumed.

pub mod codes;
pub mod encdata;
pub mod payment;
pub mod sign;
pub mod wire;
