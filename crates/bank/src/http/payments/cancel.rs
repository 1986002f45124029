//! `POST /v1/payments/{tid}/cancel`

use nice::payment::Cancel;
use nice::{codes, sign};

use super::answer::found;
use crate::core::refusal::Refusal;
use crate::http::consents::{check_sign, is_order_id, is_reason, parse};
use crate::http::counter::Counter;
use crate::http::reply::Reply;

/// Cancels a payment; `body` is a [`Cancel`].
pub fn cancel(counter: &Counter<'_>, tid: &str, body: &[u8]) -> Result<Reply, Refusal> {
    let request: Cancel = parse(body)?;
    check_sign(
        &request.sign_data,
        &sign::tid(tid, &request.edi_date, counter.secret_key),
    )?;
    if !is_order_id(&request.order_id)
        || !is_reason(&request.reason)
        || request.cancel_amt == Some(0)
        || request.cancel_amt.is_some_and(|amount| request.tax_free_amt > amount)
    {
        return Err(Refusal(codes::BAD_PARAMETER));
    }
    let view = counter.visit.cancel(tid, &request)?;
    Ok(found(&view))
}
