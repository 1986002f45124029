//! A refusal of the service.

use std::time::Duration;

use serde::Deserialize;

use super::decline::DeclineReason;
use super::{Effect, ErrorCode};
use crate::lenient;
use crate::value::ReceiptId;

/// `{"error_code","message",…}` as the service said it.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
#[error("{code}: {message}")]
pub struct ApiError {
    /// Programs look at this.
    pub code: ErrorCode,
    /// HTTP status.
    pub http_status: u16,
    /// For people: Korean, or English when the client asks for it. When the PG refused, the PG's text.
    pub message: String,
    /// The PG's own code, or its word for how a consent ended.
    pub pg_error_code: Option<String>,
    /// The field of the request that is at fault. Jadong says it, the hosted service does not.
    pub field: Option<String>,
    /// More for a developer. Jadong only.
    pub hint: Option<String>,
    /// The payment that the refusal is about. Jadong only.
    pub receipt_id: Option<ReceiptId>,
    /// From the header `Retry-After`.
    pub retry_after: Option<Duration>,
    pub(crate) effect: Effect,
}

/// The body of a refusal.
#[derive(Deserialize)]
pub(crate) struct Body {
    #[serde(default, deserialize_with = "lenient::text")]
    error_code: Option<String>,
    #[serde(default, deserialize_with = "lenient::words")]
    message: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pg_error_code: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    field: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    hint: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    receipt_id: Option<String>,
}

impl Body {
    /// `None` when it has no code, and so is no refusal.
    pub(crate) fn into_error(
        self,
        http_status: u16,
        retry_after: Option<Duration>,
        effect: Effect,
        cleaned: impl Fn(String) -> String,
    ) -> Option<ApiError> {
        Some(ApiError {
            code: ErrorCode::from(self.error_code?.as_str()),
            http_status,
            message: cleaned(self.message),
            pg_error_code: self.pg_error_code,
            field: self.field,
            hint: self.hint.map(cleaned),
            receipt_id: self.receipt_id.map(ReceiptId::from),
            retry_after,
            effect,
        })
    }
}

impl ApiError {
    /// Why a debit was declined; `None` when this is no decline ([`ErrorCode::ConfirmFailed`]).
    #[must_use]
    pub fn decline_reason(&self) -> Option<DeclineReason> {
        if self.code != ErrorCode::ConfirmFailed {
            return None;
        }
        let word = self.hint.as_deref().and_then(|hint| hint.split(':').next());
        Some(DeclineReason::from(word.unwrap_or_default()))
    }

    pub(crate) fn is_in_doubt(&self) -> bool {
        if self.effect == Effect::Reads {
            return false;
        }
        match self.code {
            ErrorCode::ConfirmCritical
            | ErrorCode::CancelCritical
            | ErrorCode::PublishInDoubt
            | ErrorCode::CashReceiptInDoubt
            // "Nothing happened, or an id makes it safe to repeat": so it may have happened.
            | ErrorCode::Overloaded
            | ErrorCode::StoreUnavailable
            | ErrorCode::Internal => true,
            ErrorCode::PgUnavailable => false,
            // A code that nobody described, under a status that says "our fault".
            ErrorCode::Other(_) => self.http_status >= 500,
            _ => false,
        }
    }

    pub(crate) fn is_retryable(&self) -> bool {
        match self.code {
            ErrorCode::ConsentPending
            | ErrorCode::PublishInDoubt
            | ErrorCode::CashReceiptInDoubt
            | ErrorCode::PgUnavailable
            | ErrorCode::Overloaded
            | ErrorCode::StoreUnavailable => true,
            _ => self.http_status == 429 || (self.effect == Effect::Reads && self.http_status >= 500),
        }
    }
}
