//! Cancelling a payment, wholly or in part.

use std::borrow::Cow;

use super::{Payment, PaymentState};
use crate::error::{ErrorCode, PgMessage, Refusal};
use crate::ids::ReceiptId;
use crate::money::Won;
use crate::payment::PaymentTransition;
use crate::time::EpochMs;
use crate::transition::Actor;

/// The request as sent.
#[derive(Debug, Clone, Default)]
pub struct CancelFields {
    pub cancel_id: Option<String>,
    pub cancel_price: Option<String>,
    pub cancel_tax_free: Option<String>,
    pub username: Option<String>,
    pub message: Option<String>,
}

/// Where one cancel stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray, strum::EnumString)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum CancelState {
    /// On disk; the call to the PG may have left.
    Intended,
    Done,
    Refused,
}

named!(CancelState);

/// One cancel as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancel {
    /// Its own id; also its order id at the PG.
    pub id: ReceiptId,
    pub receipt_id: ReceiptId,
    /// The merchant's guard against cancelling twice; the own id without one.
    pub cancel_id: String,
    pub price: Won,
    pub tax_free: Won,
    pub username: String,
    pub message: String,
    pub state: CancelState,
    pub requested_at: EpochMs,
    /// When it was last about to be sent: with the request, or again since.
    pub sent_at: EpochMs,
    pub pg: Option<PgMessage>,
}

/// Decides on a cancel of `payment`, of `cancel_price` or all that is left. Without `cancel_tax_free` (or with 0, which typed SDKs
/// send unasked) it takes the tax-free won that must be in it: those that the taxed rest does not cover.
///
/// Errors: `RC_ALREADY_CANCELLED`, `RC_NOT_PAID`, `RC_CANCEL_PRICE_INVALID` over the balance, or over its taxed or tax-free part.
pub fn cancel(payment: &Payment, fields: &CancelFields, id: ReceiptId, now: EpochMs) -> Result<Cancel, Refusal> {
    match payment.state {
        PaymentState::Paid | PaymentState::PartlyCancelled => {}
        PaymentState::Cancelled => return Err(Refusal::new(ErrorCode::AlreadyCancelled, "receipt_id")),
        _ => return Err(Refusal::new(ErrorCode::NotPaid, "receipt_id").hint(payment.state.name())),
    }
    let price = amount(&fields.cancel_price, "cancel_price")?.filter(|price| *price > Won::ZERO);
    let price = price.unwrap_or(payment.balance());
    if price > payment.balance() {
        return Err(over("cancel_price", payment.balance()));
    }
    let left_taxed = payment.balance().minus(payment.tax_free_balance());
    let (least, most) = (price.minus(left_taxed), payment.tax_free_balance().min(price));
    let asked = amount(&fields.cancel_tax_free, "cancel_tax_free")?.filter(|tax_free| *tax_free > Won::ZERO);
    let tax_free = asked.unwrap_or(least);
    if tax_free < least || tax_free > most {
        let hint = format!("{} <= cancel_tax_free <= {}", least.get(), most.get());
        return Err(Refusal::new(ErrorCode::CancelPriceInvalid, "cancel_tax_free").hint(hint));
    }
    let short = |text: &Option<String>| text.as_deref().unwrap_or("").chars().take(100).collect::<String>();
    Ok(Cancel {
        id,
        receipt_id: payment.receipt_id,
        cancel_id: fields.cancel_id.clone().unwrap_or_else(|| id.to_string()),
        price,
        tax_free,
        // A merchant may write a telephone number here too.
        username: crate::mask::free_text(&short(&fields.username)),
        message: crate::mask::free_text(&short(&fields.message)),
        state: CancelState::Intended,
        requested_at: now,
        sent_at: now,
        pg: None,
    })
}

fn amount(text: &Option<String>, field: &'static str) -> Result<Option<Won>, Refusal> {
    text.as_deref()
        .map(|text| Won::parse(text).ok_or_else(|| Refusal::new(ErrorCode::CancelPriceInvalid, field).hint("1000")))
        .transpose()
}

fn over(field: &'static str, most: Won) -> Refusal {
    Refusal::new(ErrorCode::CancelPriceInvalid, field).hint(format!("<= {}", most.get()))
}

/// The payment after so much of it was given back at the PG by somebody else, in its back office. Of the tax-free part only what the
/// taxed rest does not cover.
#[must_use]
pub fn given_back_elsewhere(payment: &Payment, sum: Won, actor: Actor, now: EpochMs) -> PaymentTransition {
    let sum = sum.min(payment.balance());
    let to = if sum == payment.balance() {
        PaymentState::Cancelled
    } else {
        PaymentState::PartlyCancelled
    };
    let taxed = payment.balance().minus(payment.tax_free_balance());
    let mut step = payment.transition(to, now, actor);
    step.cancelled = Some((
        payment.cancelled_price.plus(sum),
        payment.cancelled_tax_free.plus(sum.minus(taxed)),
    ));
    step.moved = sum;
    step.note = Cow::Borrowed("given back at the PG, not by this gateway");
    step
}

/// The payment after `cancel` was done at the PG.
#[must_use]
pub fn cancelled(payment: &Payment, cancel: &Cancel, actor: Actor, now: EpochMs) -> PaymentTransition {
    let price = payment.cancelled_price.plus(cancel.price);
    let to = if price >= payment.order.price {
        PaymentState::Cancelled
    } else {
        PaymentState::PartlyCancelled
    };
    let mut step = payment.transition(to, now, actor);
    step.cancelled = Some((price, payment.cancelled_tax_free.plus(cancel.tax_free)));
    step.moved = cancel.price;
    step
}
