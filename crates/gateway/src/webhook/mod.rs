//! Webhooks: written into the outbox in the same commit as the change they tell, delivered by a worker.

mod body;
mod compose;
mod heard;
mod letter;
mod resend;
mod send;
mod sign;
mod target;

pub use body::write as body_of;
pub use compose::{ready, told_of_failed_cancel, told_of_payment, told_of_reserve};
pub use heard::{Heard, Lost};
pub use letter::letter;
pub use resend::resend;
pub use send::Courier;
pub use sign::{sign, webhook_secret};
pub use target::{check, origin, probe};
