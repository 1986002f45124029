//! Cash receipts: each is of a payment, over what was paid, and is found by it. One that stands alone cannot be asked for.

use domain::cash_receipt::CashReceiptPurpose;
use domain::error::PgMessage;
use serde_json::{Value, json};

use super::Tosspay;
use super::answer::{self, text};
use crate::connector::{CallTime, CancelCashReceiptRequest, FindCashReceiptRequest, IssueCashReceiptRequest};
use crate::lookups::{CashReceiptLookup, CashReceiptRecord};
use crate::outcome::{Outcome, Unknown};

/// Digits of a business number; of others that prove an expense, cards have more.
const BUSINESS_DIGITS: usize = 10;
/// Digits of the longest telephone number.
const PHONE_DIGITS_MAX: usize = 12;

impl Tosspay {
    pub(super) async fn issue_receipt_call(
        &self,
        order: IssueCashReceiptRequest,
        at: CallTime,
    ) -> Outcome<CashReceiptRecord> {
        let Some(payment) = &order.payment_tid else {
            return Outcome::Refused {
                reason: (),
                pg: PgMessage::new("NOT_OFFERED", "토스페이는 결제 건의 현금영수증만 발급합니다"),
            };
        };
        let number = order.number.reveal();
        let (purpose, kind) = match order.purpose {
            CashReceiptPurpose::Individual if number.len() <= PHONE_DIGITS_MAX => ("DEDUCTION", "PHONE"),
            CashReceiptPurpose::Company if number.len() == BUSINESS_DIGITS => ("EVIDENCE", "CORPORATE"),
            CashReceiptPurpose::Individual => ("DEDUCTION", "CARD"),
            CashReceiptPurpose::Company => ("EVIDENCE", "CARD"),
        };
        let body = json!({
            "payToken": payment,
            "cashReceiptKey": number,
            "cashReceiptKeyType": kind,
            "cashReceiptPurpose": purpose,
        });
        match self.post("issue_receipt", "/api/v2/issue-cash-receipt", body, at).await {
            // Its approval's number is there only when the tax office has taken it.
            Ok(body) => record(&body).map_or(Outcome::Unknown(Unknown::NotJson), Outcome::Done),
            Err(no) => no.because(|code| answer::is_receipt_refused(code).then_some(())),
        }
    }

    pub(super) async fn find_receipt_call(
        &self,
        order: FindCashReceiptRequest,
        at: CallTime,
    ) -> Outcome<CashReceiptLookup> {
        let Some(payment) = order.payment_tid else {
            return Outcome::Unknown(Unknown::NotOffered);
        };
        let body = json!({"payToken": payment});
        match self.post("find_receipt", "/api/v2/cash-receipt-info", body, at).await {
            Ok(body) => found(&body, order.tid.as_deref()),
            Err(no) if no.is("CASH_RECEIPT_NOT_EXIST") => Outcome::Done(CashReceiptLookup::Nothing),
            Err(no) => no.because(|_| None),
        }
    }

    /// What the guide calls a revocation fits the receipt to what is left of the payment: whether it is gone is asked afterwards.
    pub(super) async fn cancel_receipt_call(&self, order: CancelCashReceiptRequest, at: CallTime) -> Outcome<()> {
        let Some(payment) = order.payment_tid else {
            return Outcome::Unknown(Unknown::NotOffered);
        };
        let body = json!({"payToken": payment});
        let revoked = self
            .post("cancel_receipt", "/api/v2/revoke-cash-receipt", body, at)
            .await;
        let outcome = match revoked {
            Ok(_) => Outcome::Unknown(Unknown::DelayedCode),
            Err(no) => no.because(|code| answer::is_receipt_refused(code).then_some(())),
        };
        if matches!(outcome, Outcome::NotSent(_)) {
            return outcome;
        }
        let of = FindCashReceiptRequest {
            order_id: order.order_id,
            tid: Some(order.tid),
            payment_tid: Some(payment),
        };
        match self.find_receipt_call(of, CallTime { send_by: None, ..at }).await {
            Outcome::Done(CashReceiptLookup::Cancelled(_)) => Outcome::Done(()),
            _ => outcome,
        }
    }
}

fn record(body: &Value) -> Option<CashReceiptRecord> {
    Some(CashReceiptRecord {
        tid: text(body, "cashReceiptMgtKey")?.to_owned(),
        approve_no: text(body, "confirmNum").unwrap_or_default().to_owned(),
    })
}

/// What a payment's receipt says of the one with this id, or of one that was just asked for. One that was taken back before stays
/// there, and is not the one that is asked for after it.
fn found(body: &Value, wanted: Option<&str>) -> Outcome<CashReceiptLookup> {
    let Some(record) = record(body) else {
        return Outcome::Unknown(Unknown::NotJson);
    };
    let is_wanted = wanted.is_none_or(|tid| tid == record.tid);
    let status = text(body, "status").unwrap_or_default();
    match (text(body, "tradeType"), status) {
        (Some("승인거래"), "ISSUE_FAILED") if is_wanted => Outcome::Done(CashReceiptLookup::Nothing),
        (Some("승인거래"), "IN_PROGRESS" | "ISSUE_APPLIED" | "ISSUE_COMPLETE") if is_wanted => {
            Outcome::Done(CashReceiptLookup::Issued(record))
        }
        (Some("취소거래"), "IN_PROGRESS" | "ISSUE_APPLIED" | "ISSUE_COMPLETE") if is_wanted && wanted.is_some() => {
            Outcome::Done(CashReceiptLookup::Cancelled(record))
        }
        _ => Outcome::Unknown(Unknown::DelayedCode),
    }
}
