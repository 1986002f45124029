//! The answer of every call.

use nicepay::codes;
use nicepay::payment::ReceiptAnswer;

use crate::core::view::ReceiptView;
use crate::http::reply::{NOT_YET, Reply, ReplyBody, message, time};

/// `order_id` is the call's own.
pub fn answer(view: &ReceiptView, order_id: String) -> Reply {
    let tid = view.tid.to_string();
    Reply::of(ReplyBody::Receipt(ReceiptAnswer {
        result_code: codes::OK.to_owned(),
        result_msg: message(codes::OK).to_owned(),
        order_id: Some(order_id),
        edi_date: None,
        signature: None,
        status: Some(view.status().to_owned()),
        amount: view.amount,
        approve_no: Some(view.tid.approve_no()),
        issued_at: Some(time(view.issued_at_ms)),
        cancelled_at: Some(view.cancelled_at_ms.map_or_else(|| NOT_YET.to_owned(), time)),
        receipt_url: Some(format!("https://pg.invalid/receipts/{tid}")),
        tid: Some(tid),
    }))
}
