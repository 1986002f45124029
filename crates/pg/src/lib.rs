//! The PG: a connector trait, and the NICE-shaped connector over HTTP.
//!
//! Every call ends in one of four outcomes; that a call may end *unknown* is what this crate is about.

mod connector;
mod nicepay;
mod outcome;

pub use connector::{
    BoxFuture, CallTime, CancelCashReceiptRequest, CashReceiptLookup, CashReceiptRecord, Connector, ConsentLookup,
    DebitRequest, DebitTiming, ExpireKeyRequest, FindRequest, Finding, IssueCashReceiptRequest, NetCancelRefusal,
    PaymentLookup, PaymentRecord, PgLimits, RefundRequest, RegisterKeyRequest, SendBy, StartConsentRequest,
};
pub use nicepay::{NicePay, NicePayError, NicePaySettings, UNACKNOWLEDGED_MAX};
pub use outcome::{Outcome, Unknown, Unsent};
