//! `/v2/request/subscribe/automatic-transfer` and, below it, `/publish`

mod answers;
mod bodies;
mod consents;
mod faults;
mod first_payment;
mod identity;
mod leniency;
mod order_of_checks;
mod pg_faults;
mod publish;
mod publish_pg_faults;
mod sensitive;
