//! Webhooks: written into the outbox in the same commit as the change they tell, delivered by a worker.

mod attempt_outcome;
mod body;
mod compose;
mod resend;
mod send;
mod sign;
mod signed_request;
mod target;

pub use attempt_outcome::{AttemptOutcome, ConnectionFailure, Responsiveness};
pub use body::write as body_of;
pub use compose::{failed_cancel_webhook, payment_webhook, ready, reserve_webhook};
pub use resend::resend;
pub use send::WebhookClient;
pub use sign::{sign, webhook_secret};
pub use signed_request::signed_request;
pub use target::{check, origin, probe};
