//! The services of a payment: at most one debit an order, and a verdict for every unknown one.

mod cancel;
mod charge;
mod debit;
mod late_answer;
mod lookup;
mod same_request;
mod settle;
pub mod verdict;

pub use cancel::{cancel, settle_cancel, settle_cancel_by_person};
pub use charge::{Asked, charge, check_terms, declined};
pub use debit::{debit, orphaned_at, wait};
pub use lookup::{by_order, by_receipt};
pub use settle::settle_by_person;
