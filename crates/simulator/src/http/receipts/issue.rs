//! `POST /v1/receipt/`

use nicepay::{codes, encdata, sign};
use zeroize::Zeroizing;

use super::answer::answer;
use crate::core::issue_receipt::{IssueReceipt, read_number};
use crate::core::refusal::PgRefusal;
use crate::http::consents::{check_sign, is_goods_name, is_order_id, parse};
use crate::http::counter::Counter;
use crate::http::reply::Reply;

/// Issues a cash receipt; `body` is an [`IssueReceipt`](nicepay::payment::IssueReceipt).
pub fn issue(counter: &Counter<'_>, body: &[u8]) -> Result<Reply, PgRefusal> {
    let bad = PgRefusal(codes::BAD_PARAMETER);
    let request: nicepay::payment::IssueReceiptBody = parse(body)?;
    check_sign(
        &request.sign_data,
        &sign::receipt_issue(&request.order_id, request.amount, &request.edi_date, counter.secret_key),
    )?;
    if !is_order_id(&request.order_id) || !is_goods_name(&request.goods_name) || request.enc_mode != "A2" {
        return Err(bad);
    }
    let form = encdata::decrypt(&request.enc_data, counter.secret_key).map_err(|_| bad)?;
    let receipt = IssueReceipt {
        order_id: &request.order_id,
        amount: request.amount,
        receipt_type: request.receipt_type,
        number: read_number(&receipt_no(&form), counter.visit.fingerprints()).ok_or(bad)?,
    };
    let view = counter.visit.issue_receipt(&receipt)?;
    Ok(answer(&view, request.order_id))
}

/// Empty when there is none.
fn receipt_no(form: &str) -> Zeroizing<String> {
    let mut pairs = form_urlencoded::parse(form.as_bytes());
    let number = pairs.find(|(name, _)| name == "receiptNo");
    Zeroizing::new(number.map_or_else(String::new, |(_, value)| value.into_owned()))
}
