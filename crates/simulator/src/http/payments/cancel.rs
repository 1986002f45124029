//! `POST /v1/payments/{tid}/cancel`

use nicepay::payment::CancelBody;
use nicepay::{codes, sign};

use super::answer::found;
use crate::core::refusal::PgRefusal;
use crate::http::consents::{check_sign, is_order_id, is_reason, parse};
use crate::http::counter::Counter;
use crate::http::reply::Reply;

/// Cancels a payment; `body` is a [`Cancel`].
pub fn cancel(counter: &Counter<'_>, tid: &str, body: &[u8]) -> Result<Reply, PgRefusal> {
    let request: CancelBody = parse(body)?;
    check_sign(
        &request.sign_data,
        &sign::tid(tid, &request.edi_date, counter.secret_key),
    )?;
    if !is_order_id(&request.order_id)
        || !is_reason(&request.reason)
        || request.cancel_amt == Some(0)
        || request.cancel_amt.is_some_and(|amount| request.tax_free_amt > amount)
    {
        return Err(PgRefusal(codes::BAD_PARAMETER));
    }
    let view = counter.visit.cancel(tid, &request)?;
    Ok(found(&view))
}
