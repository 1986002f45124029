//! The services of an issuance: each walks its request's steps in order.

pub mod consent;
mod consent_wakeups;
pub mod first_payment;
pub mod lease;
mod lookup;
pub mod poll_budget;
pub mod probe;
mod publish;
pub mod recover_publish;
mod registration;
mod request;
pub mod unpublished;

pub use consent_wakeups::ConsentWakeups;
pub use lookup::by_receipt;
pub use publish::publish;
pub use request::{ConsentWait, Replayed, request};
