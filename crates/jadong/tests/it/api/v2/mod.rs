//! `/v2`

mod billing_key;
mod cancel;
mod cash_receipts;
#[cfg(feature = "failpoints")]
mod commits_in_doubt;
#[cfg(feature = "failpoints")]
mod kept_outcomes;
mod lists;
mod lookup_order;
mod receipt;
mod request;
mod subscribe_billing_key;
mod subscribe_payment;
mod subscribe_payment_reserve;
