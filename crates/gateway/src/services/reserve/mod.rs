//! The services of a reserve.

mod adopt;
mod execute;
mod request;

pub use adopt::{AdoptedReserve, Adopting, adopt};
pub use execute::{end_with, execute};
pub use request::{ReserveRequest, lookup, request, revoke};
