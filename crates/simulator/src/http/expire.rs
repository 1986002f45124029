//! `POST /v1/subscribe/{bid}/expire`

use nicepay::wire::{ConsentAnswer, ExpireKey};
use nicepay::{codes, sign};

use super::consents::{check_sign, is_order_id, parse};
use super::counter::Counter;
use super::reply::Reply;
use crate::core::refusal::PgRefusal;

/// Expires a key; `body` is an [`ExpireKey`].
pub fn expire(counter: &Counter<'_>, bid: &str, body: &[u8]) -> Result<Reply, PgRefusal> {
    let request: ExpireKey = parse(body)?;
    check_sign(
        &request.sign_data,
        &sign::key_use(&request.order_id, bid, &request.edi_date, counter.secret_key),
    )?;
    if !is_order_id(&request.order_id) {
        return Err(PgRefusal(codes::BAD_PARAMETER));
    }
    counter.visit.expire(bid, &request.order_id)?;
    Ok(Reply::done(ConsentAnswer {
        order_id: Some(request.order_id),
        bid: Some(bid.to_owned()),
        ..ConsentAnswer::default()
    }))
}
