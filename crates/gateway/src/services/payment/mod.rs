//! The services of a payment: at most one debit an order, and a verdict for every unknown one.

mod by_hand;
mod cancel;
mod charge;
mod debit;
pub mod late_answer;
mod lookup;
pub mod pg_report;
pub mod reconcile;
pub mod resolution;
mod resolve_manually;
mod same_request;
mod wait;

pub use cancel::{Resend, cancel, resolve_cancel, resolve_cancel_manually};
pub use charge::{ChargeRequest, charge, check_terms, declined};
pub use debit::{debit, never_sent, resolve_if_orphaned};
pub use lookup::{by_order, by_receipt};
pub use resolve_manually::resolve_manually;
pub use same_request::destroyed;
pub use wait::debited;
