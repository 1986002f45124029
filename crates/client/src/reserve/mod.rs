//! Debits at a later time.

mod answer;
mod request;

pub use answer::{ReserveDetails, Reserved, Revoked};
pub use request::Reserve;
