//! `/v2/subscribe/…`

pub mod billing_key;
pub mod payment;
