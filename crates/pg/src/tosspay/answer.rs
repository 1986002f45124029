//! What an answer of Toss Pay says, and what its error codes prove. Codes may be added without notice, the guide says: one that is
//! not here proves nothing.

use domain::error::PgMessage;
use domain::payment::DeclineReason;
use domain::{EpochMs, Won};
use reqwest::StatusCode;
use serde_json::Value;

use crate::line::{NoReply, Reply};
use crate::outcome::{Outcome, Unknown, Unsent};

pub const NO_SUCH_PAYMENT: &str = "TRANSACTION_NOT_FOUND";
pub const NO_SUCH_KEY: &str = "COMMON_BILLING_KEY_NOT_FOUND";
pub const REFUNDED_ALREADY: &str = "REFUND_ALREADY_REFUNDED";

/// The body of a success, or why there is none.
pub type Answered = Result<Value, No>;

/// There is no success.
pub enum No {
    /// `code` is -1: what that proves depends on the call and on the error's code.
    Error(PgMessage),
    Reply(NoReply),
}

impl No {
    /// Whether it is an error with this code.
    pub fn is(&self, code: &str) -> bool {
        matches!(self, Self::Error(error) if error.code == code)
    }

    /// As the metrics and the log have it.
    pub fn as_outcome(&self) -> Outcome<()> {
        match self {
            Self::Reply(none) => (*none).into(),
            Self::Error(pg) => Outcome::Refused {
                reason: (),
                pg: pg.clone(),
            },
        }
    }

    /// The same as the outcome of a call that changes something: a refusal only with a code that `read` knows to be one, for the
    /// reason that it gives.
    pub fn because<T, R>(self, read: impl FnOnce(&str) -> Option<R>) -> Outcome<T, R> {
        let pg = match self {
            Self::Reply(none) => return none.into(),
            Self::Error(pg) => pg,
        };
        if is_operators(&pg.code) {
            // Nothing was looked at: the customer is not to be told that the bank declined.
            tracing::error!(
                pg_code = pg.code,
                "Toss Pay does not let this shop in: see its key and its state there"
            );
            return Outcome::NotSent(Unsent::NoTurn);
        }
        if is_duplicate(&pg.code) {
            return Outcome::Unknown(Unknown::Duplicate);
        }
        match read(&pg.code) {
            Some(reason) => Outcome::Refused { reason, pg },
            None => Outcome::Unknown(Unknown::DelayedCode),
        }
    }
}

/// What was answered: a body, an error, or nothing that can be relied on.
pub fn judge(reply: &Reply) -> Answered {
    let unknown = |why| Err(No::Reply(NoReply::Unknown(why)));
    if reply.status.is_server_error() {
        return unknown(Unknown::HttpStatus);
    }
    let is_ok = reply.status == StatusCode::OK;
    let Ok(body) = serde_json::from_slice::<Value>(&reply.body) else {
        return unknown(if is_ok { Unknown::NotJson } else { Unknown::HttpStatus });
    };
    let error = text(&body, "errorCode");
    match (body.get("code").and_then(Value::as_i64), error) {
        (Some(0), None) if is_ok => Ok(body),
        // The guide's example of a cash receipt's state has no code.
        (None, None) if is_ok && text(&body, "cashReceiptMgtKey").is_some() => Ok(body),
        (Some(-1), Some(error)) => {
            let words = text(&body, "msg").unwrap_or_default();
            Err(No::Error(PgMessage::new(error, words)))
        }
        _ if is_ok => unknown(Unknown::NotJson),
        _ => unknown(Unknown::HttpStatus),
    }
}

/// Whether the error is about who asks and not about what was asked.
fn is_operators(code: &str) -> bool {
    matches!(
        code,
        "COMMON_INVALID_API_KEY" | "COMMON_UNAUTHORIZED" | "NOT_SUPPORTED_BILLING_KEY_SHOP"
    ) || code.starts_with("PAYMENT_SHOP_STATE_")
}

/// Whether it was asked before, perhaps by this very call.
fn is_duplicate(code: &str) -> bool {
    matches!(
        code,
        "PAYMENT_DUPLICATION_ORDER_NO"
            | "PAYMENT_EXISTING_PAYMENT"
            | "REFUND_REFUND_NO_DUPLICATE"
            | REFUNDED_ALREADY
            | "CASH_RECEIPT_ALREADY_ISSUE_FAIL"
            | "CASH_RECEIPT_ALREADY_CANCEL_FAIL"
    )
}

/// Why a debit was declined; `None`: the code does not say that it was.
pub fn decline(code: &str) -> Option<DeclineReason> {
    Some(match code {
        "COMMON_NOT_ENOUGH_CASH" | "CARD_NOT_ENOUGH_BALANCE" => DeclineReason::InsufficientFunds,
        "COMMON_EXCEED_LIMIT" | "CARD_EXCEED_LIMIT" => DeclineReason::OverLimit,
        "INVALID_ACCOUNT_STATUS"
        | "PAUSE_USER"
        | "USER_STATUS_ERROR"
        | "FRAUD_DETECTION_SYSTEM_ERROR"
        | "PAY_FRAUD_DETECTED"
        | "CARD_NOT_AVAILABLE" => DeclineReason::AccountFrozen,
        NO_SUCH_KEY | "INACTIVE_USER" => DeclineReason::KeyRefused,
        "CARD_MIN_AMOUNT_ERROR" => DeclineReason::AmountRefused,
        "COMMON_BREAK_TIME_OF_BANK"
        | "COMMON_INVALID_PARAMETER"
        | "AUTO_CHARGE_NOT_YET_REGISTER_ACCOUNT"
        | "CARD_NOT_AVAILABLE_SHOP" => DeclineReason::BankRefused,
        _ => return None,
    })
}

/// Whether it says that a refund was not done.
pub fn is_refund_refused(code: &str) -> bool {
    matches!(
        code,
        "COMMON_REFUND_ERROR" | "REFUND_EXCEED_DAILY" | "COMMON_INVALID_PARAMETER" | "TRANSACTION_NOT_COMPLETE"
    )
}

/// Whether it says that a cash receipt was neither issued nor taken back.
pub fn is_receipt_refused(code: &str) -> bool {
    matches!(
        code,
        "COMMON_INVALID_PARAMETER" | "CASH_RECEIPT_JOIN_MEMBER_FAIL" | "CASH_RECEIPT_NOT_EXIST"
    )
}

/// A text of a body.
pub fn text<'a>(body: &'a Value, key: &str) -> Option<&'a str> {
    body.get(key)?.as_str().filter(|text| !text.is_empty())
}

/// An amount of a body.
pub fn won(body: &Value, key: &str) -> Option<Won> {
    Won::new(body.get(key)?.as_u64()?)
}

/// A time of a body, which is written as a clock in Korea shows it.
pub fn time(body: &Value, key: &str) -> Option<EpochMs> {
    const KOREA: jiff::tz::Offset = jiff::tz::Offset::constant(9);
    let written: jiff::civil::DateTime = text(body, key)?.parse().ok()?;
    Some(EpochMs(KOREA.to_timestamp(written).ok()?.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, body: &str) -> Answered {
        judge(&Reply {
            status: StatusCode::from_u16(status).unwrap(),
            body: body.into(),
        })
    }

    fn charged(status: u16, body: &str) -> Outcome<(), DeclineReason> {
        match judged(status, body) {
            Ok(_) => Outcome::Done(()),
            Err(no) => no.because(decline),
        }
    }

    /// Every code of the guide that a debit may be answered with.
    #[test]
    fn a_debit_is_declined_only_by_a_code_that_says_so() {
        use DeclineReason as Reason;
        for (code, reason) in [
            ("COMMON_NOT_ENOUGH_CASH", Reason::InsufficientFunds),
            ("CARD_NOT_ENOUGH_BALANCE", Reason::InsufficientFunds),
            ("COMMON_EXCEED_LIMIT", Reason::OverLimit),
            ("CARD_EXCEED_LIMIT", Reason::OverLimit),
            ("INVALID_ACCOUNT_STATUS", Reason::AccountFrozen),
            ("PAUSE_USER", Reason::AccountFrozen),
            ("USER_STATUS_ERROR", Reason::AccountFrozen),
            ("FRAUD_DETECTION_SYSTEM_ERROR", Reason::AccountFrozen),
            ("PAY_FRAUD_DETECTED", Reason::AccountFrozen),
            ("CARD_NOT_AVAILABLE", Reason::AccountFrozen),
            ("COMMON_BILLING_KEY_NOT_FOUND", Reason::KeyRefused),
            ("INACTIVE_USER", Reason::KeyRefused),
            ("CARD_MIN_AMOUNT_ERROR", Reason::AmountRefused),
            ("COMMON_BREAK_TIME_OF_BANK", Reason::BankRefused),
            ("COMMON_INVALID_PARAMETER", Reason::BankRefused),
            ("AUTO_CHARGE_NOT_YET_REGISTER_ACCOUNT", Reason::BankRefused),
            ("CARD_NOT_AVAILABLE_SHOP", Reason::BankRefused),
        ] {
            let body = format!(r#"{{"code":-1,"errorCode":"{code}","msg":"x"}}"#);
            for status in [200, 400, 404] {
                let outcome = charged(status, &body);
                let pg = PgMessage::new(code, "x");
                assert_eq!(outcome, Outcome::Refused { reason, pg }, "{code}");
            }
            assert_eq!(charged(500, &body), Outcome::Unknown(Unknown::HttpStatus), "{code}");
        }
        for (code, why) in [
            ("COMMON_TIMEOUT", Unknown::DelayedCode),
            ("TRANSACTION_PENDING_ERROR", Unknown::DelayedCode),
            ("COMMON_SYSTEM_ERROR", Unknown::DelayedCode),
            ("COMMON_PAY_ERROR", Unknown::DelayedCode),
            ("COMMON_THROTTLED", Unknown::DelayedCode),
            ("COMMON_ASSET_GET_ACCOUNT_ERROR", Unknown::DelayedCode),
            ("CARD_SYSTEM_ERROR", Unknown::DelayedCode),
            ("CARD_BANK_SYSTEM_ERROR", Unknown::DelayedCode),
            ("TRANSACTION_NOT_FOUND", Unknown::DelayedCode),
            ("never seen", Unknown::DelayedCode),
            ("common_not_enough_cash", Unknown::DelayedCode),
            ("PAYMENT_DUPLICATION_ORDER_NO", Unknown::Duplicate),
            ("PAYMENT_EXISTING_PAYMENT", Unknown::Duplicate),
        ] {
            let body = format!(r#"{{"code":-1,"errorCode":"{code}"}}"#);
            assert_eq!(charged(200, &body), Outcome::Unknown(why), "{code}");
        }
        for code in [
            "COMMON_INVALID_API_KEY",
            "COMMON_UNAUTHORIZED",
            "NOT_SUPPORTED_BILLING_KEY_SHOP",
            "PAYMENT_SHOP_STATE_NOT_NORMAL",
            "PAYMENT_SHOP_STATE_CANNOT_REFUND",
        ] {
            let body = format!(r#"{{"code":-1,"errorCode":"{code}"}}"#);
            assert_eq!(charged(401, &body), Outcome::NotSent(Unsent::NoTurn), "{code}");
        }
    }

    #[test]
    fn what_is_half_an_answer_is_none() {
        assert_eq!(charged(200, r#"{"code":0}"#), Outcome::Done(()));
        for (status, body, why) in [
            (200, "", Unknown::NotJson),
            (200, "[]", Unknown::NotJson),
            (200, "{}", Unknown::NotJson),
            (200, r#"{"code":-1}"#, Unknown::NotJson),
            (200, r#"{"code":1,"errorCode":"COMMON_EXCEED_LIMIT"}"#, Unknown::NotJson),
            (200, r#"{"code":0,"errorCode":"COMMON_EXCEED_LIMIT"}"#, Unknown::NotJson),
            (200, r#"{"errorCode":"COMMON_EXCEED_LIMIT"}"#, Unknown::NotJson),
            (202, r#"{"code":0}"#, Unknown::HttpStatus),
            (302, "", Unknown::HttpStatus),
            (401, "<html>", Unknown::HttpStatus),
            (404, "{}", Unknown::HttpStatus),
            (429, "", Unknown::HttpStatus),
            (502, "<html>", Unknown::HttpStatus),
        ] {
            assert_eq!(charged(status, body), Outcome::Unknown(why), "{status} {body}");
        }
    }

    #[test]
    fn a_time_is_one_of_a_clock_in_korea() {
        let body = serde_json::json!({"a": "2020-04-01 12:34:11", "b": "2020-04-01T12:34:11", "c": "soon"});
        let noon = Some(EpochMs(1_585_712_051_000));
        assert_eq!(
            (time(&body, "a"), time(&body, "b"), time(&body, "c")),
            (noon, noon, None)
        );
    }
}
