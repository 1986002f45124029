//! The PGs: a connector trait, and the connectors over HTTP.
//!
//! Every call ends in one of four outcomes; that a call may end *unknown* is what this crate is about.

mod capabilities;
mod connector;
mod connectors;
mod hosted;
mod line;
mod lookups;
mod nicepay;
mod outcome;

use base64::Engine;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

pub use capabilities::{Capabilities, CashReceipts, ConsentSeen, DebitTiming, Ids, PgLimits, RefundsSeen};
pub use connector::{
    BoxFuture, CallTime, CancelCashReceiptRequest, Connector, DebitRequest, ExpireKeyRequest, FindCashReceiptRequest,
    FindConsentRequest, FindRequest, Finding, IssueCashReceiptRequest, NetCancelRefusal, RefundRequest,
    RegisterKeyRequest, RegisterRefusal, SendBy, StartConsentRequest,
};
pub use connectors::{
    CallTimes, Connectors, NoConnector, PgCredentials, PgPlace, capabilities_of, careful, connector_of,
    needs_credentials, url, usual_url,
};
pub use hosted::{Hosted, HostedCredentials, Measured};
pub use line::{Line, LineSettings, NoClient, UNACKNOWLEDGED_MAX};
pub use lookups::{
    CashReceiptLookup, CashReceiptRecord, ConsentLookup, KeyLookup, KeyRecord, PaymentLookup, PaymentRecord,
};
pub use nicepay::{NicePay, NicePayError, NicePaySettings};
pub use outcome::{Outcome, Unknown, Unsent};

/// HTTP Basic, never printed; `None`: these cannot be sent.
fn basic(name: &str, secret: &SecretString) -> Option<HeaderValue> {
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("{name}:{}", secret.expose_secret()));
    let mut header = HeaderValue::try_from(format!("Basic {pair}")).ok()?;
    header.set_sensitive(true);
    Some(header)
}
