//! Toss Pay's automatic payment (토스페이 자동결제), as its public guide has it (docs-pay.toss.im, and tossdev.github.io for the
//! errors, cash receipts and times): a consent by link, and debits of the wallet that it gives. The bank, the faults and the ledger
//! are those of the other calls.
//!
//! Not in the guide, and assumed: what a link is once its time is over, that a refused bill is not found and uses its order up.

mod callback;
mod keys;
mod page;
mod payments;
mod receipts;

use http::{HeaderMap, StatusCode};
use nicepay::codes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::counter::Counter;
use super::reply::{Reply, ReplyBody};
use crate::core::refusal::PgRefusal;
use crate::engine::{ReplyTiming, in_korea};
use crate::faults::FaultyCall;

pub use page::{PAGES, page};

/// With it nothing is debited at Toss Pay; here it debits the simulated account like the other one, and answers `TEST`.
pub const TOSS_TEST_KEY: &str = "sk_test_sandbox";
/// The only one that cash receipts are for.
pub const TOSS_LIVE_KEY: &str = "sk_live_sandbox";

/// Its calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TossCall {
    Create,
    KeyStatus,
    Remove,
    Bill,
    Status,
    Refund,
    IssueReceipt,
    RevokeReceipt,
    ReceiptInfo,
}

impl TossCall {
    /// By what follows `/api/`.
    pub fn of(path: &str) -> Option<Self> {
        Some(match path {
            "v1/billing-key" => Self::Create,
            "v1/billing-key/status" => Self::KeyStatus,
            "v1/billing-key/remove" => Self::Remove,
            "v1/billing-key/bill" => Self::Bill,
            "v2/status" => Self::Status,
            "v2/refunds" => Self::Refund,
            "v2/issue-cash-receipt" => Self::IssueReceipt,
            "v2/revoke-cash-receipt" => Self::RevokeReceipt,
            "v2/cash-receipt-info" => Self::ReceiptInfo,
            _ => return None,
        })
    }

    pub fn faulty(self) -> FaultyCall {
        match self {
            Self::Create => FaultyCall::Start,
            Self::KeyStatus => FaultyCall::Find,
            Self::Remove => FaultyCall::Expire,
            Self::Bill => FaultyCall::Charge,
            Self::Status => FaultyCall::FindPayment,
            Self::Refund => FaultyCall::Cancel,
            Self::IssueReceipt | Self::RevokeReceipt => FaultyCall::Receipt,
            Self::ReceiptInfo => FaultyCall::FindReceipt,
        }
    }
}

/// Why not: a code of the guide, and the HTTP status that it comes with.
struct No(StatusCode, &'static str);

impl No {
    const BAD_PARAMETER: Self = Self(StatusCode::BAD_REQUEST, "COMMON_INVALID_PARAMETER");

    /// A refusal of the bank's, in this PG's words.
    fn of(code: &str) -> Self {
        let word = match code {
            codes::DUPLICATE_ORDER => "PAYMENT_DUPLICATION_ORDER_NO",
            codes::KEY_NEVER_ISSUED | codes::KEY_EXPIRED => "COMMON_BILLING_KEY_NOT_FOUND",
            codes::INSUFFICIENT_FUNDS => "COMMON_NOT_ENOUGH_CASH",
            codes::OVER_LIMIT => "COMMON_EXCEED_LIMIT",
            codes::ACCOUNT_CLOSED => "INVALID_ACCOUNT_STATUS",
            codes::ACCOUNT_FROZEN => "FRAUD_DETECTION_SYSTEM_ERROR",
            codes::MANDATE_ENDED => "INACTIVE_USER",
            codes::BANK_MAINTENANCE => "COMMON_BREAK_TIME_OF_BANK",
            codes::CANCELLED_ALREADY => "REFUND_ALREADY_REFUNDED",
            codes::CANCEL_ORDER_USED => "REFUND_REFUND_NO_DUPLICATE",
            codes::OVER_BALANCE => "COMMON_REFUND_ERROR",
            codes::NO_SUCH_ORDER => "TRANSACTION_NOT_FOUND",
            codes::AMOUNT_REFUSED => return Self::BAD_PARAMETER,
            _ => "COMMON_SYSTEM_ERROR",
        };
        Self(StatusCode::OK, word)
    }
}

impl From<PgRefusal> for No {
    fn from(refusal: PgRefusal) -> Self {
        Self::of(refusal.0)
    }
}

impl From<No> for Reply {
    fn from(No(status, code): No) -> Self {
        let body = json!({"code": -1, "errorCode": code, "msg": code});
        let body = ReplyBody::Toss(body);
        Self { status, body }
    }
}

/// What a fault refuses with.
pub fn refused() -> Reply {
    No::BAD_PARAMETER.into()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Who {
    api_key: String,
}

/// Carries a call out.
pub fn perform(call: TossCall, counter: &Counter<'_>, headers: &HeaderMap, body: &[u8]) -> ReplyTiming<Reply> {
    let told = parse::<Who>(body).and_then(|who| match who.api_key.as_str() {
        TOSS_TEST_KEY => dispatch(call, counter, headers, body, "TEST"),
        TOSS_LIVE_KEY => dispatch(call, counter, headers, body, "LIVE"),
        _ => Err(No(StatusCode::UNAUTHORIZED, "COMMON_INVALID_API_KEY")),
    });
    match told {
        Ok(told) => told.map(|answer| Reply::of(ReplyBody::Toss(answer))),
        Err(no) => ReplyTiming::Answer(no.into()),
    }
}

fn dispatch(
    call: TossCall,
    counter: &Counter<'_>,
    headers: &HeaderMap,
    body: &[u8],
    mode: &str,
) -> Result<ReplyTiming<Value>, No> {
    let answer = match call {
        TossCall::Create => keys::create(counter, headers, body),
        TossCall::KeyStatus => keys::status(counter, body),
        TossCall::Remove => keys::remove(counter, body),
        TossCall::Bill => return payments::bill(counter, body, mode),
        TossCall::Status => payments::status(counter, body, mode),
        TossCall::Refund => payments::refund(counter, body),
        // Ignored with a test key, the guide says; refusing it shows that nothing came of it.
        _ if mode == "TEST" => Err(No(StatusCode::UNAUTHORIZED, "COMMON_INVALID_API_KEY")),
        TossCall::IssueReceipt => receipts::issue(counter, body),
        TossCall::RevokeReceipt => receipts::revoke(counter, body),
        TossCall::ReceiptInfo => receipts::info(counter, body),
    };
    answer.map(ReplyTiming::Answer)
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, No> {
    serde_json::from_slice(body).map_err(|_| No::BAD_PARAMETER)
}

/// Letters, digits and `_-:.^@=`, as users, orders and keys are named.
fn is_name(text: &str, most: usize) -> bool {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"_-:.^@=".contains(&byte);
    (1..=most).contains(&text.len()) && text.bytes().all(is_known)
}

/// A text that people read.
fn is_text(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.chars().count())
}

/// `2020-04-01 12:34:11`, in Korea.
fn time(at_ms: i64) -> String {
    in_korea(at_ms).strftime("%Y-%m-%d %H:%M:%S").to_string()
}
