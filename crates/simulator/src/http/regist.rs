//! `POST /v1/subscribe/account/regist`

use nicepay::sign;
use nicepay::wire::{ConsentAnswer, RegisterKey};

use super::consents::{check_sign, parse};
use super::counter::Counter;
use super::reply::Reply;
use crate::core::refusal::PgRefusal;

/// Registers a key; `body` is a [`RegisterKey`].
pub fn register(counter: &Counter<'_>, body: &[u8]) -> Result<Reply, PgRefusal> {
    let request: RegisterKey = parse(body)?;
    check_sign(
        &request.sign_data,
        &sign::order(&request.order_id, &request.edi_date, counter.secret_key),
    )?;
    let view = counter.visit.register(&request.order_id, &request.tid)?;
    Ok(Reply::done(ConsentAnswer {
        order_id: Some(request.order_id),
        tid: Some(request.tid),
        bid: view.bid.map(|bid| bid.to_string()),
        ..ConsentAnswer::default()
    }))
}
