//! `/v2/request/cash/…`

pub mod receipt;
