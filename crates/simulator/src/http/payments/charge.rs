//! `POST /v1/subscribe/{bid}/payments`

use nicepay::payment::ChargeBody;
use nicepay::{codes, sign};

use super::answer::charged;
use crate::core::refusal::PgRefusal;
use crate::engine::ReplyTiming;
use crate::http::consents::{check_sign, is_goods_name, is_order_id, parse};
use crate::http::counter::Counter;
use crate::http::reply::Reply;

/// Charges a key; `body` is a [`Charge`].
pub fn charge(counter: &Counter<'_>, bid: &str, body: &[u8]) -> Result<ReplyTiming<Reply>, PgRefusal> {
    let request: ChargeBody = parse(body)?;
    check_sign(
        &request.sign_data,
        &sign::key_use(&request.order_id, bid, &request.edi_date, counter.secret_key),
    )?;
    if !is_order_id(&request.order_id) || !is_goods_name(&request.goods_name) || request.tax_free_amt > request.amount {
        return Err(PgRefusal(codes::BAD_PARAMETER));
    }
    let told = counter.visit.charge(bid, &request)?;
    Ok(told.map(|view| charged(&view)))
}
