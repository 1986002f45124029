//! `/v2/request/receipt/…`

pub mod cash;
