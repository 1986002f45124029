//! What the PG says of a debit, and what becomes of the payment.

use std::borrow::Cow;

use super::resolution::RECHECK_EVERY_MS;
use super::{Decline, Payment, PaymentState};
use crate::Won;
use crate::cash_receipt::CashReceiptWithDebit;
use crate::error::ErrorCode;
use crate::payment::PaymentTransition;
use crate::time::EpochMs;
use crate::transition::{Actor, Failure};

/// A debit that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debit {
    pub tid: String,
    pub approve_no: String,
    pub receipt_url: String,
    pub paid_at: EpochMs,
    /// Issued with it. The PG's answer carries it; in the store it is a row of its own.
    pub cash_receipt: Option<CashReceiptWithDebit>,
}

/// The end of the call that asked for a debit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DebitOutcome {
    Paid(Debit),
    Declined(Decline),
    /// Not a byte was sent.
    NotSent,
    Unknown,
}

impl Payment {
    /// The transition from the present state to `to`.
    #[must_use]
    pub fn transition(&self, to: PaymentState, at: EpochMs, actor: Actor) -> PaymentTransition {
        assert!(self.state.may_become(to), "{:?} must not become {to:?}", self.state);
        PaymentTransition {
            receipt_id: self.receipt_id,
            seq: self.seq + 1,
            from: self.state,
            to,
            at,
            actor,
            debit: None,
            failure: None,
            reason: None,
            cancelled: None,
            moved: if to == PaymentState::Paid {
                self.order.price
            } else {
                Won::ZERO
            },
            note: Cow::Borrowed(""),
            look_up_at: match to {
                PaymentState::InDoubt => Some(at),
                PaymentState::NeedsReview => Some(at.plus_ms(RECHECK_EVERY_MS)),
                _ => None,
            },
        }
    }

    /// The payment as it is after `change`, which the store has committed.
    #[must_use]
    pub fn after(mut self, change: &PaymentTransition) -> Self {
        self.seq = change.seq;
        self.state = change.to;
        self.debit = change.debit.clone().or(self.debit);
        self.failure = change.failure.clone().or(self.failure);
        self.reason = change.reason.or(self.reason);
        if let Some((price, tax_free)) = change.cancelled {
            self.cancelled_price = price;
            self.cancelled_tax_free = tax_free;
            self.cancelled_at = Some(change.at);
        }
        self
    }

    /// Money moved.
    #[must_use]
    pub fn paid(&self, debit: Debit, actor: Actor, now: EpochMs) -> PaymentTransition {
        let mut step = self.transition(PaymentState::Paid, now, actor);
        step.debit = Some(debit);
        step
    }

    /// No money moved, because the PG said no.
    #[must_use]
    pub fn declined(&self, decline: Decline, actor: Actor, now: EpochMs) -> PaymentTransition {
        let mut step = self.transition(PaymentState::Declined, now, actor);
        step.reason = Some(decline.reason);
        step.failure = Some(Failure {
            code: ErrorCode::ConfirmFailed,
            pg: Some(decline.pg),
        });
        step
    }
}

/// Decides on the end of the call. Only what was never sent is without doubt when the PG said nothing.
#[must_use]
pub fn debited(payment: &Payment, seen: DebitOutcome, now: EpochMs) -> PaymentTransition {
    match seen {
        DebitOutcome::Paid(debit) => payment.paid(debit, Actor::Api, now),
        DebitOutcome::Declined(decline) => payment.declined(decline, Actor::Api, now),
        DebitOutcome::NotSent => {
            let mut step = payment.transition(PaymentState::Voided, now, Actor::Api);
            step.failure = Some(Failure {
                code: ErrorCode::PgUnavailable,
                pg: None,
            });
            step
        }
        DebitOutcome::Unknown => payment.transition(PaymentState::InDoubt, now, Actor::Api),
    }
}
