//! What an answer of the hosted API says. A success has no `error_code`; everything else is a refusal only where it is certain that
//! nothing was done.

use domain::EpochMs;
use domain::cash_receipt::{CashReceiptPurpose, CashReceiptWithDebit};
use domain::error::PgMessage;
use domain::payment::{Debit, Decline};
use domain::{ErrorCode, Won};
use nicepay::codes;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::line::{NoReply, Reply};
use crate::lookups::{PaymentLookup, PaymentRecord};
use crate::nicepay::reasons;
use crate::outcome::{Outcome, Unknown, Unsent};

/// By bank policy: at most 2,000,000 won a debit.
pub const DEBIT_MOST_WON: u64 = 2_000_000;

pub const NOT_FOUND: &str = "RC_NOT_FOUND";
pub const ALREADY_CANCELLED: &str = "RC_ALREADY_CANCELLED";
pub const NOT_READY: &str = "SUBSCRIBE_PUBLISH_NOT_READY";
pub const KEY_DEAD: &str = "SUBSCRIBE_BK_EXPIRED";

/// The body of a success, or why there is none.
pub type Answered = Result<Value, No>;

/// There is no success.
pub enum No {
    /// Certainly not done.
    Refused(ApiRefusal),
    /// Not sent, or nobody knows.
    Reply(NoReply),
}

/// What the API refuses with.
pub struct ApiRefusal {
    /// Its own code: what is decided by.
    pub code: String,
    /// For people: the code and text of the PG behind it, where there is one.
    pub pg: PgMessage,
}

impl No {
    /// The same as the outcome of a call, with the reason that `read` gives.
    pub fn because<T, R>(self, read: impl FnOnce(&ApiRefusal) -> R) -> Outcome<T, R> {
        match self {
            Self::Reply(none) => none.into(),
            Self::Refused(refusal) => Outcome::Refused {
                reason: read(&refusal),
                pg: refusal.pg,
            },
        }
    }

    /// Whether it is a refusal with this code.
    pub fn is(&self, code: &str) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.code == code)
    }
}

#[derive(Deserialize)]
struct ApiError {
    error_code: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    pg_error_code: Option<String>,
}

/// A debit's receipt, as far as it is needed. Amounts are read as numbers of either kind.
#[derive(Deserialize)]
pub struct Receipt {
    pub receipt_id: String,
    #[serde(default)]
    pub order_id: Value,
    #[serde(default)]
    price: f64,
    #[serde(default)]
    cancelled_price: f64,
    pub status: i64,
    #[serde(default)]
    receipt_url: Option<String>,
    #[serde(default)]
    purchased_at: Option<String>,
    #[serde(default)]
    bank_data: Option<BankData>,
    #[serde(default)]
    cash_receipt_data: Option<CashReceiptData>,
}

#[derive(Deserialize)]
struct BankData {
    #[serde(default)]
    tid: Option<String>,
}

#[derive(Deserialize)]
struct CashReceiptData {
    #[serde(default)]
    tid: Option<String>,
    #[serde(default)]
    cash_receipt_no: Option<String>,
    #[serde(default)]
    cash_receipt_type: Value,
}

/// What was answered: a body, a definite no, or nothing that can be relied on.
pub fn judge(reply: &Reply) -> Answered {
    let unknown = |why| Err(No::Reply(NoReply::Unknown(why)));
    if reply.status == StatusCode::TOO_MANY_REQUESTS {
        return Err(No::Reply(NoReply::NotSent(Unsent::NoTurn)));
    }
    let Ok(body) = serde_json::from_slice::<Value>(&reply.body) else {
        return unknown(Unknown::NotJson);
    };
    match (reply.status, ApiError::deserialize(&body)) {
        // An error that cannot be read is one all the same.
        (StatusCode::OK, Err(_)) if body.get("error_code").is_none_or(Value::is_null) => Ok(body),
        (status, Ok(error)) if is_open(status, &error) => unknown(Unknown::DelayedCode),
        (StatusCode::CONFLICT, Ok(_)) => unknown(Unknown::Duplicate),
        (_, Ok(error)) => Err(No::Refused(refused(error))),
        (_, Err(_)) => unknown(Unknown::HttpStatus),
    }
}

/// Whether it may have been done all the same.
fn is_open(status: StatusCode, error: &ApiError) -> bool {
    let of_pg = error.pg_error_code.as_deref().filter(|code| !code.is_empty());
    // Delayed, or of a call that was made before, perhaps by Bootpay itself.
    let may_be_late = |code: &str| {
        codes::is_unknown(code)
            || codes::is_duplicate(code)
            || codes::is_cancelled_already(code)
            || code == codes::CANCEL_ORDER_USED
            || code == NICE_BUSY
    };
    match error.error_code.as_str() {
        "RC_CONFIRM_CRITICAL_FAILED" | "RC_CANCEL_CRITICAL_ERROR" => true,
        "RC_CANCEL_SERVER_ERROR" | "RC_CONFIRM_FAILED" | "RC_REQUEST_FAILED" => of_pg.is_none_or(may_be_late),
        _ => status.is_server_error() || of_pg.is_some_and(may_be_late),
    }
}

fn refused(error: ApiError) -> ApiRefusal {
    let of_pg = error.pg_error_code.filter(|code| !code.is_empty());
    ApiRefusal {
        pg: PgMessage::new(of_pg.as_deref().unwrap_or(&error.error_code), &error.message),
        code: error.error_code,
    }
}

/// Said by NICE when it is asked too often; whether a debit was taken nobody says.
const NICE_BUSY: &str = "9003";

/// Whether the refusal is of who asks and not of what was asked: nothing was looked at.
pub fn is_operators(code: &str) -> bool {
    code == "TOKEN_KEY_INVALID" || code == "RC_PG_NOT_FOUND" || code.starts_with("APP_")
}

/// Why no consent was asked for, or how it ended while the call was held.
pub fn consent(code: &str) -> ErrorCode {
    const KNOWN: [ErrorCode; 8] = [
        ErrorCode::HolderCheckFailed,
        ErrorCode::NoApp,
        ErrorCode::ConsentRefused,
        ErrorCode::ConsentNoAnswer,
        ErrorCode::ConsentBusy,
        ErrorCode::ConsentWrongKey,
        ErrorCode::SignerMismatch,
        ErrorCode::ConsentExpired,
    ];
    let known = KNOWN.into_iter().find(|known| known.name() == code);
    known.unwrap_or(ErrorCode::RequestRefused)
}

/// A text of a body.
pub fn text<'a>(body: &'a Value, key: &str) -> Option<&'a str> {
    body.get(key)?.as_str().filter(|text| !text.is_empty())
}

fn won(amount: f64) -> Option<Won> {
    let is_whole = amount >= 0.0 && amount.fract() == 0.0 && amount <= 1e15;
    // Whole and in range.
    is_whole.then(|| Won::new(amount as u64)).flatten()
}

impl Receipt {
    pub fn of(body: &Value) -> Option<Self> {
        Self::deserialize(body).ok()
    }

    /// Whether it is of this order; ids may come as numbers.
    pub fn is_of(&self, order_id: &str) -> bool {
        match &self.order_id {
            Value::String(text) => text == order_id,
            Value::Number(number) => number.to_string() == order_id,
            _ => false,
        }
    }

    pub fn price(&self) -> Option<Won> {
        won(self.price)
    }

    /// What was given back of it so far.
    pub fn cancelled(&self) -> Option<Won> {
        won(self.cancelled_price)
    }

    /// What it says of its debit; `None`: nothing yet, or nothing that can be read.
    pub fn seen(&self) -> Option<PaymentLookup> {
        match self.status {
            1 => self.record().map(PaymentLookup::Paid),
            20 => self.record().map(PaymentLookup::Cancelled),
            -2 | -4 => Some(PaymentLookup::Failed(Decline {
                reason: reasons::debit(""),
                pg: PgMessage::new(&self.status.to_string(), "결제 실패"),
            })),
            // 0 waiting, 2 being approved, 4 asked the PG, and what was never seen.
            _ => None,
        }
    }

    pub fn debit(&self) -> Option<Debit> {
        let paid_at = self.purchased_at.as_deref()?.parse::<jiff::Timestamp>().ok()?;
        let tid_of_bank = self.bank_data.as_ref().and_then(|data| data.tid.clone());
        Some(Debit {
            // By which it is looked up and cancelled there.
            tid: self.receipt_id.clone(),
            approve_no: tid_of_bank.unwrap_or_default(),
            receipt_url: self.receipt_url.clone().unwrap_or_default(),
            paid_at: EpochMs(paid_at.as_millisecond()),
            cash_receipt: self.cash_receipt(),
        })
    }

    fn record(&self) -> Option<PaymentRecord> {
        let balance = won(self.price - self.cancelled_price)?;
        Some(PaymentRecord {
            debit: self.debit()?,
            balance: if self.status == 20 { Won::ZERO } else { balance },
            cancel_orders: None,
        })
    }

    fn cash_receipt(&self) -> Option<CashReceiptWithDebit> {
        let data = self.cash_receipt_data.as_ref()?;
        let purpose = match &data.cash_receipt_type {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.clone(),
            _ => return None,
        };
        Some(CashReceiptWithDebit {
            tid: data.tid.clone().filter(|tid| !tid.is_empty())?,
            approve_no: data.cash_receipt_no.clone().unwrap_or_default(),
            purpose: CashReceiptPurpose::parse(&purpose)?,
            price: self.price()?,
        })
    }
}
