//! `GET /v1/payments/find/{orderId}` and `GET /v1/payments/{tid}`

use nicepay::{codes, sign};

use super::answer::found;
use crate::core::refusal::PgRefusal;
use crate::engine::day;
use crate::http::consents::{Query, check_sign};
use crate::http::counter::Counter;
use crate::http::reply::Reply;

/// Finds a payment by its order; `query` holds `orderDate`, `ediDate` and `signData`.
pub fn find(counter: &Counter<'_>, order_id: &str, query: &str) -> Result<Reply, PgRefusal> {
    let query = Query::read(query)?;
    check_sign(
        &query.sign_data,
        &sign::order(order_id, &query.edi_date, counter.secret_key),
    )?;
    let day_ms = query.order_date.as_deref().and_then(day);
    let day_ms = day_ms.ok_or(PgRefusal(codes::BAD_PARAMETER))?;
    Ok(found(&counter.visit.find_payment(order_id, &day_ms)?))
}

/// Finds a payment by its `tid`; `query` holds `ediDate` and `signData`.
pub fn find_tid(counter: &Counter<'_>, tid: &str, query: &str) -> Result<Reply, PgRefusal> {
    let query = Query::read(query)?;
    check_sign(&query.sign_data, &sign::tid(tid, &query.edi_date, counter.secret_key))?;
    Ok(found(&counter.visit.find_tid(tid)?))
}
