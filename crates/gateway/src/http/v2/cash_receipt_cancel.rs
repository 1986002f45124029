//! The parameters of a cash receipt's cancel: in the query from some SDKs, in a JSON body from others.

use domain::{ErrorCode, text};
use serde::Deserialize;

use crate::http::lenient::Field;

/// What a cancel takes behind the `?`.
pub const QUERY: &[&str] = &["cancel_message", "cancel_username"];
/// What every request for a cash receipt may be refused with.
pub const ISSUE_ERRORS: &[ErrorCode] = &[
    ErrorCode::ResidentNumberRefused,
    ErrorCode::CashReceiptFailed,
    ErrorCode::CashReceiptInDoubt,
    ErrorCode::CashReceiptConflict,
    ErrorCode::PgUnavailable,
];

/// Characters of a reason that the PG takes.
const REASON_CHARACTERS_MAX: usize = 100;

/// `cancel_username` is not needed, and not kept.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct CancelQuery {
    cancel_message: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct CancelCashReceiptBody {
    cancel_message: Field<String>,
}

impl CancelQuery {
    /// Why, with long numbers hidden. What is no JSON object says nothing: a body means nothing on most DELETEs.
    pub fn reason(self, body: &[u8]) -> String {
        let sent: CancelCashReceiptBody = serde_json::from_slice(body).unwrap_or_default();
        let sent = sent.cancel_message.optional("cancel_message").ok().flatten();
        let message = sent.unwrap_or(self.cancel_message);
        let hidden = domain::mask::free_text(&text::line(&text::nfc(message.trim())));
        text::cut(&hidden, REASON_CHARACTERS_MAX)
    }
}
