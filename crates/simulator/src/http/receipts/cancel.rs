//! `POST /v1/receipt/{tid}/cancel`

use nicepay::payment::CancelReceiptBody;
use nicepay::{codes, sign};

use super::answer::answer;
use crate::core::refusal::PgRefusal;
use crate::http::consents::{check_sign, is_order_id, is_reason, parse};
use crate::http::counter::Counter;
use crate::http::reply::Reply;

/// Cancels a cash receipt; `body` is a [`CancelReceipt`].
pub fn cancel(counter: &Counter<'_>, tid: &str, body: &[u8]) -> Result<Reply, PgRefusal> {
    let request: CancelReceiptBody = parse(body)?;
    check_sign(
        &request.sign_data,
        &sign::tid(tid, &request.edi_date, counter.secret_key),
    )?;
    if !is_order_id(&request.order_id) || !is_reason(&request.reason) {
        return Err(PgRefusal(codes::BAD_PARAMETER));
    }
    let view = counter.visit.cancel_receipt(tid, &request.order_id)?;
    Ok(answer(&view, request.order_id))
}
