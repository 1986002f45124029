//! `/v2/request/…`

pub mod cash;
pub mod receipt;
pub mod subscribe;
pub mod token;
pub mod webhook;
