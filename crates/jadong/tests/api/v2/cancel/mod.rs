//! `/v2/cancel`

mod amounts;
mod identity;
mod pg_faults;
