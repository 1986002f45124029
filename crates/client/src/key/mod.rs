//! Billing keys: asking for one, waiting for the customer, looking it up, destroying it.

mod answer;
mod destroy;
mod details;
mod issue;
mod lookup;
mod publish;
mod request;
mod send;
mod wait;

pub use answer::{BillingData, Issuance, IssuedKey};
pub use destroy::Destroyed;
pub use details::KeyDetails;
pub use issue::{ConsentFailure, FirstPayment, Issue, IssueError};
pub use request::{AuthType, Bank, KeyRequest, Payer, Pg};
pub use send::{Consent, RequestedKey};
pub use wait::AwaitKey;
