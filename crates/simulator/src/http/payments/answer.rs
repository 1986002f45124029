//! The payment answer.

use nicepay::codes;
use nicepay::payment::{CancelEntry, CashReceiptEntry, PaymentAnswer, PaymentBank, PaymentStatus};

use crate::core::payment::DebitStatus;
use crate::core::view::{CancelView, PaymentView, ReceiptView};
use crate::http::banks::bank_name;
use crate::http::reply::{NOT_YET, Reply, ReplyBody, message, time};

/// Of a charge: a refusal's code is the answer's own.
pub fn charged(view: &PaymentView) -> Reply {
    let mut answer = answer(view);
    if let DebitStatus::Declined(code) = view.status {
        answer.result_code = code.to_owned();
        answer.result_msg = message(code).to_owned();
    }
    Reply::of(ReplyBody::Payment(Box::new(answer)))
}

/// Of a payment that is there: also a declined one is found.
pub fn found(view: &PaymentView) -> Reply {
    Reply::of(ReplyBody::Payment(Box::new(answer(view))))
}

fn answer(view: &PaymentView) -> PaymentAnswer {
    let (paid_at, failed_at, fail_code) = match view.status {
        DebitStatus::Taken { at_ms } => (time(at_ms), NOT_YET.to_owned(), None),
        DebitStatus::Declined(code) => (NOT_YET.to_owned(), time(view.received_at_ms), Some(code)),
        // Refused before an answer is made of them.
        DebitStatus::Absent | DebitStatus::Unknown => (NOT_YET.to_owned(), NOT_YET.to_owned(), None),
    };
    let tid = view.tid.to_string();
    let was_paid = fail_code.is_none();
    PaymentAnswer {
        result_code: codes::OK.to_owned(),
        result_msg: message(codes::OK).to_owned(),
        order_id: Some(view.order_id.as_ref().to_owned()),
        edi_date: None,
        signature: None,
        status: Some(status(view)),
        paid_at: Some(paid_at),
        failed_at: Some(failed_at),
        cancelled_at: Some(view.cancels.last().map_or(NOT_YET.to_owned(), |last| time(last.at_ms))),
        pay_method: Some("bank".to_owned()),
        amount: view.amount,
        balance_amt: view.balance,
        goods_name: Some(view.goods_name.as_ref().to_owned()),
        approve_no: was_paid.then(|| view.tid.approve_no()),
        receipt_url: was_paid.then(|| format!("https://pg.invalid/receipts/{tid}")),
        bank: Some(PaymentBank {
            bank_code: view.bank_code.as_ref().to_owned(),
            bank_name: bank_name(&view.bank_code).to_owned(),
        }),
        cancels: view.cancels.iter().map(entry).collect(),
        cash_receipts: view.receipt.iter().map(receipt).collect(),
        fail_code: fail_code.map(str::to_owned),
        fail_msg: fail_code.map(|code| message(code).to_owned()),
        tid: Some(tid),
    }
}

fn status(view: &PaymentView) -> PaymentStatus {
    match view.status {
        DebitStatus::Declined(_) => PaymentStatus::Failed,
        _ if view.cancels.is_empty() => PaymentStatus::Paid,
        _ if view.balance == 0 => PaymentStatus::Cancelled,
        _ => PaymentStatus::PartialCancelled,
    }
}

fn entry(cancel: &CancelView) -> CancelEntry {
    CancelEntry {
        tid: cancel.tid.to_string(),
        order_id: cancel.order_id.as_ref().to_owned(),
        amount: cancel.amount,
        cancelled_at: time(cancel.at_ms),
        reason: cancel.reason.as_ref().to_owned(),
    }
}

fn receipt(receipt: &ReceiptView) -> CashReceiptEntry {
    CashReceiptEntry {
        tid: receipt.tid.to_string(),
        order_id: receipt.order_id.as_ref().to_owned(),
        amount: receipt.amount,
        receipt_type: receipt.receipt_type,
        approve_no: receipt.tid.approve_no(),
        status: receipt.status().to_owned(),
    }
}
