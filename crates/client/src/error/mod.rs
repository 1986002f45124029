//! What can go wrong, sorted by what a caller must do about it.

pub(crate) mod api;
mod code;
mod decline;

pub use api::ApiError;
pub use code::ErrorCode;
pub use decline::{Advice, DeclineReason};

use std::fmt;
use std::time::Duration;

use crate::value::ReceiptId;

/// Why a call did not succeed.
///
/// ```
/// # fn look(error: &jadong_client::Error) {
/// if error.is_in_doubt() {
///     // The customer may have been debited: look the receipt or the order up, charge nothing else meanwhile.
/// } else if error.is_retryable() {
///     // Nothing happened, or the same call again cannot act twice.
/// }
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The service said no, in its own words.
    #[error(transparent)]
    Api(Box<ApiError>),
    /// No answer, or not a whole one.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// An answer that is none of the service's: a proxy's page, or a body that cannot be read.
    #[error(transparent)]
    Unexpected(#[from] UnexpectedAnswer),
    /// The request cannot be written; nothing was sent.
    #[error("the request cannot be sent: {0}")]
    InvalidRequest(String),
}

/// What a call does at the service. It decides what an answer that did not come means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Looks something up.
    Reads,
    /// Changes something, and may move money.
    Acts,
}

/// No answer.
#[derive(Debug)]
pub struct TransportError {
    pub(crate) sent: Sent,
    pub(crate) effect: Effect,
    pub(crate) source: reqwest::Error,
}

/// Whether the request can have reached the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    No,
    Maybe,
}

impl TransportError {
    /// No byte of the request was sent.
    #[must_use]
    pub fn was_not_sent(&self) -> bool {
        self.sent == Sent::No
    }

    /// The time limit of the call passed.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.source.is_timeout()
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.sent, self.is_timeout()) {
            (Sent::No, _) => "no connection to the service; nothing was sent",
            (Sent::Maybe, true) => "the service did not answer in time",
            (Sent::Maybe, false) => "the connection broke before the answer was there",
        })
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// An answer that cannot be understood. Its body is not kept: it could hold anything.
#[derive(Debug, thiserror::Error)]
#[error("HTTP {http_status}: not an answer of the service ({reason})")]
pub struct UnexpectedAnswer {
    pub(crate) http_status: u16,
    pub(crate) reason: String,
    pub(crate) effect: Effect,
}

impl UnexpectedAnswer {
    /// Of the answer.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        self.http_status
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        Self::Api(Box::new(error))
    }
}

impl Error {
    /// The service's code, when it said one.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.api().map(|error| &error.code)
    }

    /// The service's refusal, when it is one.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            _ => None,
        }
    }

    /// The payment that the error is about, when the service named it.
    #[must_use]
    pub fn receipt_id(&self) -> Option<&ReceiptId> {
        self.api()?.receipt_id.as_ref()
    }

    /// How long the service asks to wait before the same call again.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.api()?.retry_after
    }

    /// **What was asked for may have happened.** Look it up before drawing a conclusion; never charge the same thing under
    /// another order id meanwhile. Always `false` of a lookup.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        match self {
            Self::Api(error) => error.is_in_doubt(),
            Self::Transport(error) => error.effect == Effect::Acts && error.sent == Sent::Maybe,
            Self::Unexpected(error) => error.effect == Effect::Acts,
            Self::InvalidRequest(_) => false,
        }
    }

    /// The same call again, with the same ids, may succeed and cannot act twice: nothing happened, or the service knows
    /// the call by its id. `false` does not mean "final": see [`DeclineReason::advice`] and [`Error::is_in_doubt`].
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Api(error) => error.is_retryable(),
            Self::Transport(error) => error.effect == Effect::Reads || error.sent == Sent::No,
            Self::Unexpected(error) => error.effect == Effect::Reads,
            Self::InvalidRequest(_) => false,
        }
    }
}
