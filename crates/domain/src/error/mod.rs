//! Refusals: what the API says when it does not do what was asked.

mod code;
mod explanation;
pub mod list;

pub use code::ErrorCode;
pub use explanation::{Category, Explanation};

use crate::ids::ReceiptId;

/// The PG's own words for a refusal, with long numbers hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PgMessage {
    pub code: String,
    pub text: String,
}

impl PgMessage {
    /// Hides every long number.
    #[must_use]
    pub fn new(code: &str, text: &str) -> Self {
        Self {
            code: crate::mask::free_text(code).chars().take(40).collect(),
            text: crate::mask::free_text(text).chars().take(200).collect(),
        }
    }
}

/// Why something was not done. Changes nothing. Never carries a value that the caller sent in a sensitive field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: ErrorCode,
    /// The request field at fault, by its wire name.
    pub field: Option<&'static str>,
    /// What would have worked.
    pub hint: Option<String>,
    pub pg: Option<PgMessage>,
    /// The receipt that the refusal is about, where the caller may not know it yet.
    pub receipt_id: Option<ReceiptId>,
}

impl Refusal {
    #[must_use]
    pub fn new(code: ErrorCode, field: &'static str) -> Self {
        Self {
            code,
            field: Some(field),
            hint: None,
            pg: None,
            receipt_id: None,
        }
    }

    #[must_use]
    pub fn of(code: ErrorCode) -> Self {
        Self {
            code,
            field: None,
            hint: None,
            pg: None,
            receipt_id: None,
        }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Names the receipt.
    #[must_use]
    pub fn receipt(mut self, receipt_id: ReceiptId) -> Self {
        self.receipt_id = Some(receipt_id);
        self
    }

    #[must_use]
    pub fn pg(mut self, words: Option<PgMessage>) -> Self {
        self.pg = words;
        self
    }
}
