//! The PGs: a connector trait, and the connectors over HTTP.
//!
//! Every call ends in one of four outcomes; that a call may end *unknown* is what this crate is about.

mod capabilities;
mod connector;
mod connectors;
mod credentials;
mod hosted;
mod line;
mod lookups;
mod nicepay;
mod outcome;
mod test_outcomes;
mod tosspay;

pub use capabilities::{Capabilities, CashReceipts, ConsentSeen, Ids, Measured, PgLimits, RefundsSeen};
pub use connector::{
    BoxFuture, CallTime, CancelCashReceiptRequest, Connector, DebitRequest, ExpireKeyRequest, FindCashReceiptRequest,
    FindConsentRequest, FindRequest, Finding, IssueCashReceiptRequest, NetCancelRefusal, RefundRequest,
    RegisterKeyRequest, RegisterRefusal, SendBy, StartConsentRequest,
};
pub use connectors::{
    CallTimes, Connectors, NoConnector, NotMeasurable, PgPlace, capabilities_of, careful, check_measurable,
    connector_of, finds_keys, has_pages, hint, measuring_of, needs_credentials, sends_hints, url, usual_url,
};
pub use credentials::PgCredentials;
pub use hosted::{Hint, HintSays, Hosted, measure};
pub use line::{Line, LineSettings, NoClient, UNACKNOWLEDGED_MAX};
pub use lookups::{
    CashReceiptLookup, CashReceiptRecord, ConsentLookup, KeyLookup, KeyRecord, PaymentLookup, PaymentRecord,
};
pub use nicepay::{NicePay, NicePayError, NicePaySettings};
pub use outcome::{Outcome, Unknown, Unsent};
pub use test_outcomes::{FAULT_KINDS, NoSuchOutcome, TestOutcomes, TestedCall};
pub use tosspay::Tosspay;
