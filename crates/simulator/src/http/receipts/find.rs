//! `GET /v1/receipt/find/{orderId}`

use nicepay::sign;

use super::answer::answer;
use crate::core::refusal::PgRefusal;
use crate::http::consents::{Query, check_sign};
use crate::http::counter::Counter;
use crate::http::reply::Reply;

/// Finds a cash receipt by the order that issued it; `query` holds `ediDate` and `signData`.
pub fn find(counter: &Counter<'_>, order_id: &str, query: &str) -> Result<Reply, PgRefusal> {
    let query = Query::read(query)?;
    check_sign(
        &query.sign_data,
        &sign::order(order_id, &query.edi_date, counter.secret_key),
    )?;
    Ok(answer(&counter.visit.find_receipt(order_id)?, order_id.to_owned()))
}
