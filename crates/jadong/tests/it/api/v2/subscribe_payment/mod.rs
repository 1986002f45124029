//! `/v2/subscribe/payment`

mod answers;
mod declines;
mod faults;
mod idempotency_key;
mod identity;
mod pg_faults;
mod resolve_manually;
mod verdicts;
