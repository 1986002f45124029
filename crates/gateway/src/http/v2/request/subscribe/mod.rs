//! `/v2/request/subscribe/…`

pub mod automatic_transfer;
