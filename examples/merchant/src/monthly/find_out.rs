//! What became of a payment that nobody knows about.

use client::{Error, OrderId, ReceiptStatus};
use jiff::ToSpan;
use jiff::civil::Date;

use super::charge::of_receipt;
use crate::db::{Outcome, Payment, State};
use crate::shop::Shop;

/// Looks the order up: the gateway knows every attempt at it, and at most one of them was debited.
///
/// # Errors
/// When it cannot be looked up: then it stays as it is.
pub(crate) async fn find_out(shop: &Shop, payment: &Payment, today: Date) -> Result<Outcome, Error> {
    let attempts = shop
        .client
        .lookup_order(&OrderId::from(payment.order_id.as_str()))
        .await?;
    let is = |status: ReceiptStatus| matches!(status, ReceiptStatus::Paid | ReceiptStatus::Cancelled);
    if let Some(paid) = attempts.iter().find(|attempt| is(attempt.status)) {
        return Ok(of_receipt(paid));
    }
    if let Some(open) = attempts
        .iter()
        .find(|attempt| attempt.status != ReceiptStatus::PaymentFailed)
    {
        return Ok(Outcome {
            state: State::InDoubt,
            ..of_receipt(open)
        });
    }
    Ok(match (attempts.last(), payment.state) {
        // Decided against, after all. Tomorrow is early enough: today it may be the same account with the same balance.
        (Some(failed), State::Charging | State::InDoubt) => Outcome {
            retry_on: Some(today.saturating_add(1.day())),
            ..of_receipt(failed)
        },
        // What the charge itself said is more than a look can say.
        (Some(failed), state) => Outcome {
            state,
            reason: payment.reason.clone(),
            retry_on: payment.retry_on.as_deref().and_then(|date| date.parse().ok()),
            ..of_receipt(failed)
        },
        // The process died before the call left the house: nothing happened, and the same order id is free.
        (None, _) => Outcome {
            state: State::Due,
            receipt_id: None,
            reason: None,
            retry_on: None,
        },
    })
}
