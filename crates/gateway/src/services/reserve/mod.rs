//! The services of a reserve.

mod execute;
mod request;

pub use execute::{end_with, execute};
pub use request::{ReserveRequest, lookup, request, revoke};
