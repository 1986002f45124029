//! `/v1/payments…` and `/v1/subscribe/{bid}/payments`

mod answer;
mod cancel;
mod charge;
mod find;
mod net_cancel;

pub use cancel::cancel;
pub use charge::charge;
pub use find::{find, find_tid};
pub use net_cancel::net_cancel;
