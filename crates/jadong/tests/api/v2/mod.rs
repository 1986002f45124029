//! `/v2`

mod billing_key;
mod receipt;
mod request;
mod subscribe_billing_key;
