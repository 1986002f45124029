//! `POST /v1/payments/netcancel`

use nicepay::payment::NetCancelBody;
use nicepay::sign;

use super::answer::found;
use crate::core::refusal::PgRefusal;
use crate::engine::ReplyTiming;
use crate::http::consents::{check_sign, parse};
use crate::http::counter::Counter;
use crate::http::reply::Reply;

/// Net-cancels a charge; `body` is a [`NetCancel`].
pub fn net_cancel(counter: &Counter<'_>, body: &[u8]) -> Result<ReplyTiming<Reply>, PgRefusal> {
    let request: NetCancelBody = parse(body)?;
    check_sign(
        &request.sign_data,
        &sign::order(&request.order_id, &request.edi_date, counter.secret_key),
    )?;
    Ok(counter.visit.net_cancel(&request.order_id)?.map(|view| found(&view)))
}
