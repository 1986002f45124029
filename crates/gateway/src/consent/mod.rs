//! Consent: what is open in this process, and asking the PG about it.

pub mod drive;
pub mod pace;
