//! A cash receipt (현금영수증), of a payment or by itself.

use crate::error::{ErrorCode, PgWords, Refusal};
use crate::ids::{ProjectId, ReceiptId};
use crate::money::Won;
use crate::time::EpochMs;

/// What it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// 소득공제
    Individual,
    /// 지출증빙
    Company,
}

impl Purpose {
    #[must_use]
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::Individual => "소득공제",
            Self::Company => "지출증빙",
        }
    }

    /// `None` for a text that means neither.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "소득공제" | "1" => Some(Self::Individual),
            "지출증빙" | "2" => Some(Self::Company),
            _ => None,
        }
    }
}

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// On disk; the call to the PG may have left.
    Intended,
    Issued,
    /// The PG said no.
    Failed,
    /// On disk; the call that cancels it may have left.
    Cancelling,
    Cancelled,
}

impl State {
    pub const ALL: [Self; 5] = [
        Self::Intended,
        Self::Issued,
        Self::Failed,
        Self::Cancelling,
        Self::Cancelled,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Intended => "intended",
            Self::Issued => "issued",
            Self::Failed => "failed",
            Self::Cancelling => "cancelling",
            Self::Cancelled => "cancelled",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

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
    pub purpose: Purpose,
    /// One more with every change; the database refuses a change of anything but the latest.
    pub seq: u32,
    pub state: State,
    pub pg_order_id: String,
    pub tid: Option<String>,
    pub approve_no: Option<String>,
    pub pg: Option<PgWords>,
    pub requested_at: EpochMs,
    pub issued_at: Option<EpochMs>,
    pub cancelled_at: Option<EpochMs>,
}

/// Whether a cash receipt can be issued to `digits`: a phone, a business number or a card number.
pub fn check_number(digits: &str) -> Result<(), Refusal> {
    let is_number = (9..=19).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && digits.len() != 13 {
        return Ok(());
    }
    let code = if digits.len() == 13 {
        ErrorCode::ResidentNumberRefused
    } else {
        ErrorCode::FieldInvalid
    };
    Err(Refusal::new(code, "identity_no").hint("01012345678, 사업자등록번호 10자리, 카드번호"))
}
