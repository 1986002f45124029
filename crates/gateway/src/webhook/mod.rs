//! Webhooks: written into the outbox in the same commit as the change they tell, delivered by a worker.

mod compose;

pub use compose::{told_of_failed_cancel, told_of_payment, told_of_reserve};
