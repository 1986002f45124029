//! Cancelling a payment, wholly or in part.

use super::{Payment, State};
use crate::change::{Actor, MovePayment};
use crate::error::{ErrorCode, PgWords, Refusal};
use crate::ids::ReceiptId;
use crate::money::Won;
use crate::time::EpochMs;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelState {
    /// On disk; the call to the PG may have left.
    Intended,
    Done,
    Refused,
}

impl CancelState {
    pub const ALL: [Self; 3] = [Self::Intended, Self::Done, Self::Refused];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Intended => "intended",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

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
    pub pg: Option<PgWords>,
}

/// Decides on a cancel of `payment`: the amount is reserved for it before the PG is asked.
///
/// Errors: `RC_ALREADY_CANCELLED`, `RC_NOT_PAID`, `RC_CANCEL_PRICE_INVALID` over the balance.
pub fn cancel(payment: &Payment, fields: &CancelFields, id: ReceiptId, now: EpochMs) -> Result<Cancel, Refusal> {
    match payment.state {
        State::Paid | State::PartlyCancelled => {}
        State::Cancelled => return Err(Refusal::new(ErrorCode::AlreadyCancelled, "receipt_id")),
        _ => return Err(Refusal::new(ErrorCode::NotPaid, "receipt_id").hint(payment.state.name())),
    }
    let price = amount(&fields.cancel_price, "cancel_price")?.filter(|price| *price > Won::ZERO);
    let price = price.unwrap_or(payment.balance());
    let left_tax_free = payment.order.tax_free.minus(payment.cancelled_tax_free);
    let tax_free = match amount(&fields.cancel_tax_free, "cancel_tax_free")? {
        Some(tax_free) => tax_free,
        None if price == payment.balance() => left_tax_free,
        None => Won::ZERO,
    };
    if price > payment.balance() {
        return Err(over("cancel_price", payment.balance()));
    }
    if tax_free > left_tax_free || tax_free > price {
        return Err(over("cancel_tax_free", left_tax_free.min(price)));
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

/// The payment after `cancel` was done at the PG.
#[must_use]
pub fn cancelled(payment: &Payment, cancel: &Cancel, actor: Actor, now: EpochMs) -> MovePayment {
    let price = payment.cancelled_price.plus(cancel.price);
    let to = if price >= payment.order.price {
        State::Cancelled
    } else {
        State::PartlyCancelled
    };
    let mut step = payment.step(to, now, actor);
    step.cancelled = Some((price, payment.cancelled_tax_free.plus(cancel.tax_free)));
    step
}
