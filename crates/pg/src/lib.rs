//! The PG: a connector trait, and the NICE-shaped connector over HTTP.
//!
//! Every call ends in one of four outcomes; that a call may end *unknown* is what this room is about.

mod connector;
mod nicepay;
mod outcome;

pub use connector::{
    BoxFuture, CallTime, CancelCashReceiptRequest, CancelRequest, CashReceiptLookup, CashReceiptRecord, ChargeRequest,
    Connector, ConsentLookup, DebitTiming, ExpireKeyRequest, FindRequest, IssueCashReceiptRequest, PaymentLookup,
    PaymentRecord, PgLimits, RegisterKeyRequest, StartConsentRequest,
};
pub use nicepay::{NicePay, NicePayError, NicePaySettings};
pub use outcome::{Outcome, Unknown, Unsent};
