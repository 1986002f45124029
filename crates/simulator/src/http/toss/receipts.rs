//! `POST /api/v2/issue-cash-receipt`, `…/revoke-cash-receipt` and `…/cash-receipt-info`. Amounts are never asked: a receipt is of
//! what was paid and not given back. Here a payment has one receipt at most, also after it was taken back.

use http::StatusCode;
use nicepay::codes;
use nicepay::payment::ReceiptType;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{No, parse, time};
use crate::core::issue_receipt::{IssueReceipt, read_number};
use crate::core::payment::DebitStatus;
use crate::core::refusal::PgRefusal;
use crate::core::view::ReceiptView;
use crate::http::counter::Counter;

const NONE: No = No(StatusCode::OK, "CASH_RECEIPT_NOT_EXIST");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Of {
    pay_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Issue {
    pay_token: String,
    cash_receipt_key: String,
    cash_receipt_key_type: String,
    cash_receipt_purpose: String,
}

/// The order of a payment's receipt, which has none of its own at this PG.
fn order_id(pay_token: &str) -> String {
    format!("{pay_token}~receipt")
}

pub fn issue(counter: &Counter<'_>, body: &[u8]) -> Result<Value, No> {
    let ask: Issue = parse(body)?;
    let receipt_type = match ask.cash_receipt_purpose.as_str() {
        "DEDUCTION" => ReceiptType::Individual,
        "EVIDENCE" => ReceiptType::Company,
        _ => return Err(No::BAD_PARAMETER),
    };
    if !["PHONE", "CORPORATE", "CARD"].contains(&ask.cash_receipt_key_type.as_str()) {
        return Err(No::BAD_PARAMETER);
    }
    let payment = counter.visit.pay_status(Some(&ask.pay_token), None);
    let payment = payment.filter(|payment| matches!(payment.status, DebitStatus::Taken { .. }));
    let receipt = IssueReceipt {
        order_id: &order_id(&ask.pay_token),
        amount: payment.ok_or(No::of(codes::NO_SUCH_ORDER))?.balance,
        receipt_type,
        number: read_number(&ask.cash_receipt_key, counter.visit.fingerprints()).ok_or(No::BAD_PARAMETER)?,
    };
    match counter.visit.issue_receipt(&receipt) {
        Ok(view) => Ok(answer(&view)),
        Err(PgRefusal(codes::DUPLICATE_ORDER)) => Err(No(StatusCode::OK, "CASH_RECEIPT_ALREADY_ISSUE_FAIL")),
        Err(refused) => Err(refused.into()),
    }
}

/// Of all of it, whatever is left of the payment: what the guide's words on a partial refund come to was not seen.
pub fn revoke(counter: &Counter<'_>, body: &[u8]) -> Result<Value, No> {
    let ask: Of = parse(body)?;
    let found = counter
        .visit
        .find_receipt(&order_id(&ask.pay_token))
        .map_err(|_| NONE)?;
    let cancelled = counter.visit.cancel_receipt(&found.tid.to_string(), &found.order_id);
    match cancelled {
        Ok(view) => Ok(answer(&view)),
        Err(PgRefusal(codes::CANCELLED_ALREADY)) => Err(No(StatusCode::OK, "CASH_RECEIPT_ALREADY_CANCEL_FAIL")),
        Err(refused) => Err(refused.into()),
    }
}

pub fn info(counter: &Counter<'_>, body: &[u8]) -> Result<Value, No> {
    let ask: Of = parse(body)?;
    let view = counter
        .visit
        .find_receipt(&order_id(&ask.pay_token))
        .map_err(|_| NONE)?;
    let purpose = match view.receipt_type {
        ReceiptType::Individual => "소득공제용",
        ReceiptType::Company => "지출증빙용",
    };
    Ok(json!({
        "code": 0,
        "cashReceiptMgtKey": view.tid.to_string(),
        "totalAmount": view.amount.to_string(),
        "tradeUsage": purpose,
        "tradeType": if view.cancelled_at_ms.is_some() { "취소거래" } else { "승인거래" },
        "status": "ISSUE_COMPLETE",
        "tradeDate": time(view.issued_at_ms)[..10].replace('-', ""),
        "confirmNum": view.tid.approve_no(),
    }))
}

fn answer(view: &ReceiptView) -> Value {
    let tax = view.amount / 11;
    json!({
        "status": 200,
        "code": 0,
        "cashReceiptMgtKey": view.tid.to_string(),
        "supplyCost": view.amount - tax,
        "tax": tax,
        "serviceFee": 0,
    })
}
