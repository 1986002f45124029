//! Both steps in one: request, and publish until the customer has decided.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use tokio::time::Instant;

use super::wait::{Debit, PATIENCE, wait};
use super::{IssuedKey, KeyRequest, RequestedKey};
use crate::client::Client;
use crate::error::{Error, ErrorCode};
use crate::value::ReceiptId;

/// Why no key was issued, or why it is not known yet.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The customer did not consent. Ask them before trying again: each request is another call.
    #[error("the customer did not consent: {why:?}")]
    Refused {
        /// What the customer did.
        why: ConsentFailure,
        /// `None` when step 1 itself said it.
        receipt_id: Option<ReceiptId>,
        /// In the service's words.
        error: Error,
    },
    /// The time for consent is over.
    #[error("the time for consent is over")]
    Expired {
        /// `None` when step 1 itself said it.
        receipt_id: Option<ReceiptId>,
        /// In the service's words.
        error: Error,
    },
    /// The patience ended first. The request is open yet: [`Client::await_key`] with this receipt goes on.
    #[error("no decision yet on {receipt_id}")]
    TimedOut {
        /// To go on with.
        receipt_id: ReceiptId,
        /// What the last look said.
        #[source]
        last: Error,
    },
    /// **The key is issued**; its first payment was not debited, or nobody knows yet. The customer need not agree again.
    #[error("the key is issued, its first payment is not made")]
    FirstPayment(Box<FirstPayment>),
    /// Everything else: a field at fault, the PG's refusal, credentials, transport.
    #[error("no key was issued")]
    Failed {
        /// `None` when step 1 failed.
        receipt_id: Option<ReceiptId>,
        /// Why.
        #[source]
        error: Error,
    },
}

/// A key without its first payment.
#[derive(Debug)]
#[non_exhaustive]
pub struct FirstPayment {
    /// It can be charged.
    pub key: IssuedKey,
    /// `RC_CONFIRM_FAILED`: declined. `RC_CONFIRM_CRITICAL_FAILED`: nobody knows yet ([`Error::is_in_doubt`]).
    /// `RC_ORDER_ID_CONFLICT`: the subscription id was taken as an order id.
    pub error: Error,
}

/// How a customer did not consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConsentFailure {
    /// Refused.
    Refused,
    /// Did not answer the telephone.
    NoAnswer,
    /// The line was busy.
    Busy,
    /// Pressed wrong keys three times.
    WrongKey,
    /// 간편인증: somebody else signed.
    SignerMismatch,
    /// 간편인증: has no app and no certificate.
    NoApp,
}

impl ConsentFailure {
    pub(super) fn sort(code: &ErrorCode, receipt_id: Option<ReceiptId>, error: Error) -> IssueError {
        let why = match code {
            ErrorCode::ConsentRefused => Self::Refused,
            ErrorCode::ConsentNoAnswer => Self::NoAnswer,
            ErrorCode::ConsentBusy => Self::Busy,
            ErrorCode::ConsentWrongKey => Self::WrongKey,
            ErrorCode::SignerMismatch => Self::SignerMismatch,
            ErrorCode::NoApp => Self::NoApp,
            ErrorCode::ConsentExpired => return IssueError::Expired { receipt_id, error },
            _ => return IssueError::Failed { receipt_id, error },
        };
        IssueError::Refused { why, receipt_id, error }
    }
}

impl IssueError {
    /// Of the open or ended request, where there is one.
    #[must_use]
    pub fn receipt_id(&self) -> Option<&ReceiptId> {
        match self {
            Self::Refused { receipt_id, .. } | Self::Expired { receipt_id, .. } | Self::Failed { receipt_id, .. } => {
                receipt_id.as_ref()
            }
            Self::TimedOut { receipt_id, .. } => Some(receipt_id),
            Self::FirstPayment(payment) => Some(&payment.key.receipt_id),
        }
    }

    /// What the service said last.
    #[must_use]
    pub fn error(&self) -> &Error {
        match self {
            Self::Refused { error, .. } | Self::Expired { error, .. } | Self::Failed { error, .. } => error,
            Self::TimedOut { last, .. } => last,
            Self::FirstPayment(payment) => &payment.error,
        }
    }
}

type OnRequested<'a> = Box<dyn FnOnce(&RequestedKey) + Send + 'a>;

/// An issuance from request to key: see [`Client::issue`]. Does nothing until it is awaited.
#[must_use = "nothing is sent until it is awaited"]
pub struct Issue<'a> {
    client: &'a Client,
    request: &'a KeyRequest,
    patience: Duration,
    on_requested: Option<OnRequested<'a>>,
}

impl Client {
    /// Asks for a key, and publishes with growing, jittered pauses until the customer has decided.
    ///
    /// Dropping the future stops the waiting and nothing else: the request stays open, and the same request again, or
    /// [`Client::await_key`] with the receipt that [`Issue::on_requested`] was told, goes on.
    ///
    /// ```no_run
    /// # async fn sign_up(client: jadong_client::Client, request: jadong_client::KeyRequest) {
    /// use jadong_client::IssueError;
    /// use std::time::Duration;
    /// match client.issue(&request).patience(Duration::from_secs(180)).await {
    ///     Ok(key) => println!("{}", key.billing_data.expect("an account").bank_account),
    ///     Err(IssueError::Refused { why, .. }) => println!("the customer did not agree: {why:?}"),
    ///     Err(IssueError::TimedOut { receipt_id, .. }) => println!("go on later with {receipt_id}"),
    ///     Err(other) => println!("{other}: {}", other.error()),
    /// }
    /// # }
    /// ```
    pub fn issue<'a>(&'a self, request: &'a KeyRequest) -> Issue<'a> {
        Issue {
            client: self,
            request,
            patience: PATIENCE,
            on_requested: None,
        }
    }
}

impl<'a> Issue<'a> {
    /// Gives up with [`IssueError::TimedOut`] after this long; 200 s unless it is said.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Is told when the request is open, before the waiting: the moment to store the receipt.
    pub fn on_requested(mut self, told: impl FnOnce(&RequestedKey) + Send + 'a) -> Self {
        self.on_requested = Some(Box::new(told));
        self
    }
}

impl<'a> IntoFuture for Issue<'a> {
    type Output = Result<IssuedKey, IssueError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let deadline = Instant::now() + self.patience;
            let requested = match self.client.request_key(self.request).await {
                Ok(requested) => requested,
                Err(error) => {
                    let code = error.code().cloned().unwrap_or(ErrorCode::Other(String::new()));
                    return Err(ConsentFailure::sort(&code, None, error));
                }
            };
            if let Some(told) = self.on_requested {
                told(&requested);
            }
            let debit = match self.request.has_first_payment() {
                true => Debit::Possible,
                false => Debit::Never,
            };
            wait(self.client, requested.receipt_id, deadline, debit).await
        })
    }
}
