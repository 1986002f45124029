//! A cash receipt (현금영수증), of a payment or by itself.
//!
//! ```text
//! intended → issued │ failed
//! issued → cancelling → cancelled, or back to issued when the PG refuses
//! ```

mod issue;
mod number;
mod outcome;
mod standalone;
mod with_debit;

pub use issue::{CashReceiptDecision, CashReceiptFields, CashReceiptRequest, decide, number_fingerprint, unknown_type};
pub use number::{read as read_number, refuse_resident_number};
pub use standalone::StandaloneCashReceipt;
pub use with_debit::CashReceiptWithDebit;

use crate::error::PgMessage;
use crate::fingerprint::Fingerprint;
use crate::ids::{ProjectId, ReceiptId};
use crate::money::Won;
use crate::time::EpochMs;

/// What it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CashReceiptPurpose {
    /// 소득공제
    Individual,
    /// 지출증빙
    Company,
}

impl CashReceiptPurpose {
    #[must_use]
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::Individual => "소득공제",
            Self::Company => "지출증빙",
        }
    }

    /// The number that requests and answers have for it.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Individual => 1,
            Self::Company => 2,
        }
    }

    /// `None` for a text that means neither.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match crate::text::nfc(text.trim()).as_ref() {
            "소득공제" | "1" => Some(Self::Individual),
            "지출증빙" | "2" => Some(Self::Company),
            _ => None,
        }
    }
}

/// Why there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum CashReceiptOrigin {
    /// The PG issued it with the debit, because the customer had asked for it with the consent.
    Debit,
    /// The merchant asked for it, for a payment.
    Payment,
    /// The merchant asked for it, for money that was taken elsewhere.
    #[strum(serialize = "alone")]
    Standalone,
}

named!(CashReceiptOrigin);

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum CashReceiptState {
    /// On disk; the call to the PG may have left.
    Intended,
    Issued,
    /// The PG said no.
    Failed,
    /// On disk; the call that cancels it may have left.
    Cancelling,
    Cancelled,
}

named!(CashReceiptState);

/// A cash receipt as the store keeps it. The number it was issued to is only the PG's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CashReceipt {
    /// The payment's, or its own when it stands alone.
    pub receipt_id: ReceiptId,
    pub project_id: ProjectId,
    pub order_id: String,
    pub order_name: String,
    pub price: Won,
    pub tax_free: Won,
    pub purpose: CashReceiptPurpose,
    pub origin: CashReceiptOrigin,
    /// Stands for the whole request; `None` where the merchant made none.
    pub fingerprint: Option<Fingerprint>,
    /// A JSON object as sent.
    pub metadata: String,
    /// When the money was taken, where the merchant said so.
    pub purchased_at: Option<EpochMs>,
    /// One more with every change; the database refuses a change of anything but the latest.
    pub seq: u32,
    pub state: CashReceiptState,
    pub pg_order_id: String,
    pub tid: Option<String>,
    pub approve_no: Option<String>,
    pub pg: Option<PgMessage>,
    pub requested_at: EpochMs,
    pub issued_at: Option<EpochMs>,
    pub cancelled_at: Option<EpochMs>,
    /// When the worker finds out what became of a call, unless somebody has before; `None` when nothing is open.
    pub due_at: Option<EpochMs>,
}
