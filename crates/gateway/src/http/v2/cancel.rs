//! `POST /v2/cancel`: give money back.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::cash_receipt::{CashReceipt, Origin, State as CashState};
use domain::payment::{CancelFields, Payment};
use domain::{ErrorCode, Refusal};
use http::HeaderValue;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Posted;
use crate::cash_receipt;
use crate::house::House;
use crate::http::lenient::Field;
use crate::http::reply::{Fault, JADONG_NOTICE, ok, replayed};
use crate::http::{body, id, noted, wire};
use crate::payment;

/// `refund` names another account; money goes back to the one it came from, so it is ignored.
#[derive(Deserialize, Default, ToSchema)]
#[schema(as = CancelRequest)]
pub struct Asked {
    #[serde(default)]
    #[schema(value_type = String)]
    receipt_id: Field<String>,
    #[serde(default)]
    #[schema(value_type = u64)]
    cancel_price: Field<String>,
    #[serde(default)]
    #[schema(value_type = u64)]
    cancel_tax_free: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    cancel_id: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    cancel_username: Field<String>,
    /// As the C# SDK spells it.
    #[serde(default)]
    #[schema(value_type = String)]
    cancel_uername: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    cancel_message: Field<String>,
}

/// What a merchant may call the amount. Without it everything is given back, so a slip is no detail.
const AMOUNTS: [&str; 6] = [
    "price",
    "amount",
    "cancel_amount",
    "refund_price",
    "refund_amount",
    "cancelled_price",
];
/// What the SDKs send besides.
const OWN: [&str; 11] = [
    "receipt_id",
    "cancel_id",
    "cancel_tax_free",
    "cancel_username",
    "cancel_uername",
    "cancel_message",
    "refund",
    "metadata",
    "items",
    "extra",
    "user",
];

/// Errors: `RC_CANCEL_PRICE_INVALID` where the amount has another name.
fn refuse_slip(body: &[u8]) -> Result<(), Refusal> {
    match noted::slip(body, "cancel_price", &AMOUNTS, &OWN) {
        Some(name) => {
            let hint = format!("{name} → cancel_price");
            Err(Refusal::new(ErrorCode::CancelPriceInvalid, "cancel_price").hint(hint))
        }
        None => Ok(()),
    }
}

pub async fn handle(State(house): State<Arc<House>>, posted: Posted) -> Result<Response, Fault> {
    let asked: Asked = body::json(&posted.headers, &posted.body)?;
    refuse_slip(&posted.body)?;
    let receipt_id = asked.receipt_id.optional("receipt_id")?;
    let receipt_id = receipt_id.ok_or_else(|| Refusal::new(ErrorCode::ReceiptIdBlank, "receipt_id"))?;
    let username = asked.cancel_username.optional("cancel_username")?;
    let fields = CancelFields {
        cancel_id: asked.cancel_id.optional("cancel_id")?,
        cancel_price: asked.cancel_price.optional("cancel_price")?,
        cancel_tax_free: asked.cancel_tax_free.optional("cancel_tax_free")?,
        username: username.or(asked.cancel_uername.optional("cancel_uername")?),
        message: asked.cancel_message.optional("cancel_message")?,
    };
    let project = &posted.caller.project;
    let cancelled = payment::cancel(&house, project.id, id::id(&receipt_id, "receipt_id")?, fields).await?;
    let cash = cash_receipt::of_payment(&house, &cancelled.payment).await?;
    let receipt = wire::PaymentReceipt::new(&house, project, &cancelled.payment, cash.as_ref())?;
    let mut response = replayed(ok(&receipt), cancelled.replayed);
    if let Some(notice) = cash
        .as_ref()
        .and_then(|cash| cash_receipt_left(&cancelled.payment, cash))
    {
        response.headers_mut().append(JADONG_NOTICE, notice);
    }
    Ok(response)
}

/// A receipt that the merchant asked for stands for more money than there is left, until the merchant cancels it.
fn cash_receipt_left(payment: &Payment, cash: &CashReceipt) -> Option<HeaderValue> {
    let is_standing = cash.origin == Origin::Payment && cash.state == CashState::Issued;
    let (price, left) = (cash.price, payment.balance());
    if !is_standing || price <= left {
        return None;
    }
    let (price, left, id) = (price.get(), left.get(), payment.receipt_id);
    let path = format!("DELETE /v2/request/receipt/cash/cancel/{id}");
    HeaderValue::try_from(format!(
        "a cash receipt of {price} won still stands, for {left} won that are left: {path}"
    ))
    .ok()
}
