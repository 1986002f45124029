//! One attempt at one payment.

use client::{Advice, Charge, Error, Receipt, ReceiptStatus};
use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::won;
use crate::db::{Outcome, Payment, State};
use crate::shop::Shop;

/// Four attempts at a month, then a person must talk to the customer.
const ATTEMPTS_MAX: u32 = 4;

/// Charges `payment` under `billing_key`. Whatever happens, the outcome is one that can be stored.
pub(super) async fn charge(shop: &Shop, payment: &Payment, billing_key: &str, today: Date) -> Outcome {
    // Made of the row alone: a repetition is the same request to the last byte.
    let order_name = format!("월 구독 {}", payment.month());
    let mut charge = Charge::new(
        billing_key,
        payment.order_id.as_str(),
        order_name,
        won(payment.price_won),
    );
    if let Some(url) = &shop.webhook_url {
        charge = charge.feedback_url(url);
    }
    match shop.client.charge(&charge).await {
        Ok(receipt) => of_receipt(&receipt),
        Err(error) => of_error(&error, payment.attempts + 1, today),
    }
}

/// A receipt says it all.
pub(super) fn of_receipt(receipt: &Receipt) -> Outcome {
    let state = match receipt.status {
        ReceiptStatus::Paid => State::Paid,
        ReceiptStatus::Cancelled => State::Refunded,
        ReceiptStatus::PaymentFailed => State::Declined,
        // Including a number that nobody here knows.
        _ => State::InDoubt,
    };
    Outcome {
        state,
        receipt_id: Some(receipt.receipt_id.to_string()),
        reason: None,
        retry_on: None,
    }
}

/// `attempts` with this one.
pub(super) fn of_error(error: &Error, attempts: u32, today: Date) -> Outcome {
    let refusal = error.api();
    let outcome = |state, retry_on: Option<Span>| Outcome {
        state,
        receipt_id: error.receipt_id().map(ToString::to_string),
        reason: refusal.map(|refusal| refusal.message.clone()),
        retry_on: retry_on.map(|span| today.saturating_add(span)),
    };
    if error.is_in_doubt() {
        return outcome(State::InDoubt, None);
    }
    let Some(reason) = refusal.and_then(|refusal| refusal.decline_reason()) else {
        return match refusal {
            // The gateway, or the bank behind it, is away or closed: nothing happened, and it is nobody's fault.
            _ if error.is_retryable() => outcome(State::Due, None),
            None => outcome(State::Due, None),
            // The key is dead, or the order is somebody else's: asking again gives the same answer.
            Some(_) => outcome(State::NeedsCustomer, None),
        };
    };
    if attempts >= ATTEMPTS_MAX {
        return outcome(State::NeedsCustomer, None);
    }
    match reason.advice() {
        Advice::TryInDays => outcome(State::Declined, Some(3.days())),
        Advice::TryTomorrow | Advice::TryLater => outcome(State::Declined, Some(1.day())),
        _ => outcome(State::NeedsCustomer, None),
    }
}
