//! `GET /v1/receipt/find/{orderId}`

use nice::sign;

use super::answer::answer;
use crate::core::refusal::Refusal;
use crate::http::consents::{Query, check_sign};
use crate::http::reply::Reply;
use crate::http::shell::Shell;

/// Finds a cash receipt by the order that issued it; `query` holds `ediDate` and `signData`.
pub fn find(shell: &Shell, order_id: &str, query: &str) -> Result<Reply, Refusal> {
    let query = Query::read(query)?;
    check_sign(
        &query.sign_data,
        &sign::order(order_id, &query.edi_date, &shell.secret_key),
    )?;
    Ok(answer(&shell.desk.find_receipt(order_id)?, order_id.to_owned()))
}
