//! Debits and refunds. A debit goes out under an order id of this gateway, used once: what it is looked for by.

use domain::payment::{Debit, DeclineReason};
use serde::Serialize;
use serde_json::Value;

use super::Hosted;
use super::answer::{self, No, Receipt};
use crate::connector::{CallTime, DebitRequest, FindRequest, RefundRequest};
use crate::lookups::PaymentLookup;
use crate::nicepay::reasons;
use crate::outcome::{Outcome, Unknown, Unsent};

#[derive(Serialize)]
struct ChargeBody<'a> {
    billing_key: &'a str,
    order_name: &'a str,
    order_id: &'a str,
    price: u64,
    tax_free: u64,
}

#[derive(Serialize)]
struct CancelBody<'a> {
    receipt_id: &'a str,
    cancel_id: &'a str,
    cancel_price: u64,
    cancel_tax_free: u64,
    cancel_username: &'a str,
    cancel_message: &'a str,
}

impl Hosted {
    pub(super) async fn charge_call(&self, order: DebitRequest, at: CallTime) -> Outcome<Debit, DeclineReason> {
        let body = ChargeBody {
            billing_key: &order.bid,
            order_name: &order.order_name,
            order_id: &order.order_id,
            price: order.price.get(),
            tax_free: order.tax_free.get(),
        };
        let answered = self.post("charge", "/v2/subscribe/payment", &body, at).await;
        let no = match answered {
            Ok(body) => return charged(&body, &order),
            Err(no) => no,
        };
        let is_used = |code: &str| self.measured.used_order_id.as_deref() == Some(code);
        if matches!(&no, No::Refused(refusal) if is_used(&refusal.code)) {
            // Each order id is sent once: this very debit has arrived before, by whatever repeated it on its way.
            return Outcome::Unknown(Unknown::Duplicate);
        }
        let outcome = no.because(|refusal| match refusal.code.as_str() {
            answer::KEY_DEAD | answer::NOT_FOUND | "RC_NOT_SUBSCRIBE" => (DeclineReason::KeyRefused, false),
            code => (reasons::debit(&refusal.pg.code), answer::is_operators(code)),
        });
        match outcome {
            // Nothing was looked at: the customer is not to be told that the bank declined.
            Outcome::Refused { reason: (_, true), pg } => {
                tracing::error!(
                    pg_code = pg.code,
                    "the hosted API does not let this project in: see its credentials"
                );
                Outcome::NotSent(Unsent::NoTurn)
            }
            Outcome::Refused {
                reason: (reason, false),
                pg,
            } => Outcome::Refused { reason, pg },
            Outcome::Done(debit) => Outcome::Done(debit),
            Outcome::NotSent(why) => Outcome::NotSent(why),
            Outcome::Unknown(why) => Outcome::Unknown(why),
        }
    }

    /// Every attempt under the order id: there is one at most, as each debit has an id of its own.
    pub(super) async fn find_payment_call(&self, order: FindRequest, at: CallTime) -> Outcome<PaymentLookup> {
        let path = format!("/v2/lookup/order/{}", order.order_id);
        let listed = match self.get("find_payment", path, at).await {
            Ok(Value::Array(listed)) => listed,
            Ok(_) => return Outcome::Unknown(Unknown::NotJson),
            Err(no) if no.is(answer::NOT_FOUND) => Vec::new(),
            Err(no) => return no.because(|_| ()),
        };
        found(&listed, &order)
    }

    pub(super) async fn find_by_tid_call(&self, tid: String, at: CallTime) -> Outcome<PaymentLookup> {
        match self.get("find_by_tid", format!("/v2/receipt/{tid}"), at).await {
            // Anything but the receipt that was asked for is not believed.
            Ok(body) => match Receipt::of(&body)
                .filter(|receipt| receipt.receipt_id == tid)
                .and_then(|receipt| receipt.seen())
            {
                Some(seen) => Outcome::Done(seen),
                None => Outcome::Unknown(Unknown::DelayedCode),
            },
            Err(no) if no.is(answer::NOT_FOUND) => Outcome::Done(PaymentLookup::Nothing),
            Err(no) => no.because(|_| ()),
        }
    }

    pub(super) async fn cancel_call(&self, order: RefundRequest, at: CallTime) -> Outcome<()> {
        let body = CancelBody {
            receipt_id: &order.tid,
            cancel_id: &order.order_id,
            cancel_price: order.price.get(),
            cancel_tax_free: order.tax_free.get(),
            cancel_username: "",
            cancel_message: &order.reason,
        };
        match self.post("cancel", "/v2/cancel", &body, at).await {
            Ok(body) if Receipt::of(&body).is_some_and(|receipt| receipt.receipt_id == order.tid) => Outcome::Done(()),
            Ok(_) => Outcome::Unknown(Unknown::NotJson),
            // Perhaps by this very one, whose first answer was lost: look it up.
            Err(no) if no.is(answer::ALREADY_CANCELLED) => Outcome::Unknown(Unknown::Duplicate),
            Err(no) => no.because(|_| ()),
        }
    }
}

/// Anything but the debit that was asked for is not believed.
fn charged(body: &Value, order: &DebitRequest) -> Outcome<Debit, DeclineReason> {
    let Some(receipt) = Receipt::of(body) else {
        return Outcome::Unknown(Unknown::NotJson);
    };
    if !receipt.is_of(&order.order_id) || receipt.price() != Some(order.price) {
        tracing::error!(
            order_id = order.order_id,
            "the hosted API answered a debit with another order or amount"
        );
        return Outcome::Unknown(Unknown::NotJson);
    }
    match receipt.seen() {
        Some(PaymentLookup::Paid(paid)) => Outcome::Done(paid.debit),
        Some(PaymentLookup::Failed(decline)) => Outcome::Refused {
            reason: decline.reason,
            pg: decline.pg,
        },
        _ => Outcome::Unknown(Unknown::DelayedCode),
    }
}

fn found(listed: &[Value], order: &FindRequest) -> Outcome<PaymentLookup> {
    let mut failed = None;
    let (mut cancelled, mut paid) = (None, Vec::new());
    for body in listed {
        let Some(receipt) = Receipt::of(body) else {
            return Outcome::Unknown(Unknown::NotJson);
        };
        if !receipt.is_of(&order.order_id) {
            continue;
        }
        match receipt.seen() {
            Some(PaymentLookup::Paid(record)) if receipt.price() == Some(order.price) => paid.push(record),
            Some(PaymentLookup::Cancelled(record)) => cancelled = Some(record),
            Some(PaymentLookup::Failed(decline)) => failed = Some(decline),
            // Still under way, or of another amount.
            _ => return Outcome::Unknown(Unknown::DelayedCode),
        }
    }
    if paid.len() > 1 {
        metrics::counter!("jadong_pg_double_debits_total").increment(1);
        tracing::error!(
            order_id = order.order_id,
            debits = paid.len(),
            "the PG has several debits of one order"
        );
    }
    let found = paid.into_iter().next().map(PaymentLookup::Paid);
    let found = found.or(cancelled.map(PaymentLookup::Cancelled));
    Outcome::Done(
        found
            .or(failed.map(PaymentLookup::Failed))
            .unwrap_or(PaymentLookup::Nothing),
    )
}
