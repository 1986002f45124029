//! `/v2/cancel`

mod amounts;
mod at_once;
mod identity;
mod pg_faults;
