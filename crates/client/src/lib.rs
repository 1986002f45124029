#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod cash_receipt;
mod client;
mod credentials;
mod error;
mod key;
mod lenient;
mod payment;
mod reserve;
mod transport;
mod value;
pub mod webhook;

pub use cash_receipt::{CashReceipt, CashReceiptOfPayment, CashReceiptType, StandaloneCashReceipt};
pub use client::{BuildError, Client, ClientBuilder, HOSTED_URL};
pub use credentials::Credentials;
pub use error::{Advice, ApiError, DeclineReason, Error, ErrorCode, TransportError, UnexpectedAnswer};
/// The programs of the manual's pages, compiled with the documentation's tests.
#[cfg(doctest)]
mod manual {
    #[doc = include_str!("../../../docs/integrating/rust.md")]
    pub struct English;
    #[doc = include_str!("../../../docs/integrating/rust.ko.md")]
    pub struct Korean;
}

/// Instants of the API: ISO 8601 with an offset on the wire.
pub use jiff::Timestamp;
pub use key::{
    AuthType, AwaitKey, Bank, BillingData, Consent, ConsentFailure, Destroyed, FirstPayment, Issuance, Issue,
    IssueError, IssuedKey, KeyDetails, KeyRequest, Payer, Pg, RequestedKey,
};
pub use payment::{BankData, Buyer, Cancel, CashReceiptData, Charge, Item, Receipt, UserData};
pub use reserve::{Reserve, ReserveDetails, Reserved, Revoked};
/// Text that does not print, for secret keys.
pub use secrecy::SecretString;
pub use transport::{AccessToken, Exchange, Observer, Retries};
pub use value::{
    AccountNumber, BillingKey, CancelId, CashReceiptStatus, HolderName, IdentityNumber, JsonObject, KeyStatus,
    MaskedAccount, NotAnAmount, OrderId, Phone, ReceiptId, ReceiptStatus, ReserveId, ReserveStatus, SubscriptionId,
    Won,
};
