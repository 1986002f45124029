//! `POST /api/v1/billing-key/bill`, `/api/v2/status` and `/api/v2/refunds`.

use http::StatusCode;
use nicepay::codes;
use nicepay::payment::{CancelBody, ChargeBody};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{No, is_name, is_text, parse, time};
use crate::core::payment::DebitStatus;
use crate::core::refusal::PgRefusal;
use crate::core::view::PaymentView;
use crate::core::wallet::BANK_CODE;
use crate::engine::ReplyTiming;
use crate::http::banks::bank_name;
use crate::http::counter::Counter;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bill {
    billing_key: String,
    order_no: String,
    product_desc: String,
    amount: u64,
    amount_tax_free: u64,
}

pub fn bill(counter: &Counter<'_>, body: &[u8], mode: &str) -> Result<ReplyTiming<Value>, No> {
    let ask: Bill = parse(body)?;
    if !is_name(&ask.order_no, 50) || !is_text(&ask.product_desc, 255) || ask.amount_tax_free > ask.amount {
        return Err(No::BAD_PARAMETER);
    }
    let charge = ChargeBody {
        order_id: ask.order_no,
        amount: ask.amount,
        tax_free_amt: ask.amount_tax_free,
        goods_name: ask.product_desc,
        edi_date: String::new(),
        sign_data: String::new(),
    };
    let view = match counter.visit.charge(&ask.billing_key, &charge)? {
        ReplyTiming::Answer(view) => view,
        ReplyTiming::Held => return Ok(ReplyTiming::Held),
        ReplyTiming::Silence => return Ok(ReplyTiming::Silence),
    };
    match view.status {
        DebitStatus::Taken { at_ms } => {
            let mut answer = described(&view, mode);
            answer["approvalTime"] = json!(time(at_ms));
            answer["transactionId"] = json!(view.tid.to_string());
            Ok(ReplyTiming::Answer(answer))
        }
        DebitStatus::Declined(code) => Err(No::of(code)),
        DebitStatus::Absent | DebitStatus::Unknown => Err(No(StatusCode::OK, "TRANSACTION_PENDING_ERROR")),
    }
}

fn described(view: &PaymentView, mode: &str) -> Value {
    json!({
        "code": 0,
        "mode": mode,
        "orderNo": view.order_id.as_ref(),
        "payToken": view.tid.to_string(),
        "payMethod": "TOSS_MONEY",
        "amount": view.amount,
        "discountedAmount": 0,
        "paidAmount": view.amount,
        "accountBankCode": BANK_CODE,
        "accountBankName": bank_name(BANK_CODE),
        "accountNumber": "110******676",
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    pay_token: Option<String>,
    order_no: Option<String>,
}

pub fn status(counter: &Counter<'_>, body: &[u8], mode: &str) -> Result<Value, No> {
    let ask: Status = parse(body)?;
    let view = counter
        .visit
        .pay_status(ask.pay_token.as_deref(), ask.order_no.as_deref());
    let view = view.ok_or(No::of(codes::NO_SUCH_ORDER))?;
    let mut answer = described(&view, mode);
    let (status, taken_at_ms) = match view.status {
        DebitStatus::Taken { at_ms } if view.cancels.is_empty() => ("PAY_COMPLETE", Some(at_ms)),
        DebitStatus::Taken { at_ms } => ("REFUND_SUCCESS", Some(at_ms)),
        _ => ("PAY_PROGRESS", None),
    };
    let paid = taken_at_ms.map(|at_ms| {
        json!({"stepType": "PAY", "transactionId": view.tid.to_string(), "transactionAmount": view.amount, "regTs": time(at_ms)})
    });
    let refunds = view.cancels.iter().map(|refund| {
        json!({
            "stepType": "REFUND",
            "transactionId": refund.tid.to_string(),
            "transactionAmount": -i64::try_from(refund.amount).unwrap_or(0),
            "regTs": time(refund.at_ms),
        })
    });
    answer["transactions"] = paid.into_iter().chain(refunds).collect();
    answer["payStatus"] = json!(status);
    answer["refundableAmount"] = json!(view.balance);
    answer["createdTs"] = json!(time(view.received_at_ms));
    if let Some(at_ms) = taken_at_ms {
        answer["paidTs"] = json!(time(at_ms));
    }
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refund {
    pay_token: String,
    refund_no: String,
    #[serde(default = "yes")]
    idempotent: bool,
    reason: String,
    amount: Option<u64>,
    #[serde(default)]
    amount_tax_free: u64,
}

fn yes() -> bool {
    true
}

pub fn refund(counter: &Counter<'_>, body: &[u8]) -> Result<Value, No> {
    let ask: Refund = parse(body)?;
    if !is_name(&ask.refund_no, 36) || ask.amount == Some(0) || !is_text(&ask.reason, 255) {
        return Err(No::BAD_PARAMETER);
    }
    let cancel = CancelBody {
        order_id: ask.refund_no,
        reason: ask.reason,
        cancel_amt: ask.amount,
        tax_free_amt: ask.amount_tax_free,
        edi_date: String::new(),
        sign_data: String::new(),
    };
    if let Err(refused) = counter.visit.cancel(&ask.pay_token, &cancel) {
        let earlier = counter.visit.refunded_by(&cancel.order_id);
        let is_same = earlier.is_some_and(|(view, amount)| {
            view.tid.to_string() == ask.pay_token && ask.amount.is_none_or(|asked| asked == amount)
        });
        if refused != PgRefusal(codes::CANCEL_ORDER_USED) || !ask.idempotent || !is_same {
            return Err(refused.into());
        }
    }
    let done = counter.visit.refunded_by(&cancel.order_id);
    let (view, amount) = done.ok_or(No::of(codes::NO_SUCH_ORDER))?;
    let refund = view.cancels.iter().find(|refund| *refund.order_id == *cancel.order_id);
    let refund = refund.ok_or(No::of(codes::NO_SUCH_ORDER))?;
    Ok(json!({
        "code": 0,
        "refundNo": cancel.order_id,
        "payToken": ask.pay_token,
        "refundedAmount": amount,
        "refundableAmount": view.balance,
        "approvalTime": time(refund.at_ms),
        "transactionId": refund.tid.to_string(),
    }))
}
