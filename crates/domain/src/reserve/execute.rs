//! A reserve's time has come.

use super::{Reserve, State};
use crate::change::{Actor, Change, Failure, MoveReserve};
use crate::error::{ErrorCode, Refusal};
use crate::ids::ReceiptId;
use crate::payment::{self, Payment};
use crate::time::EpochMs;

/// Decides that execution begins with `payment`, in one commit.
#[must_use]
pub fn start(reserve: &Reserve, payment: Payment, now: EpochMs) -> Vec<Change> {
    let mut step = reserve.step(State::Executing, now, Actor::Worker);
    step.receipt_id = Some(payment.receipt_id);
    vec![
        Change::MoveReserve(Box::new(step)),
        Change::OpenPayment(Box::new(payment)),
    ]
}

/// Decides that it ends without a payment: its key is dead, for one.
#[must_use]
pub fn failed(reserve: &Reserve, refusal: &Refusal, receipt_id: Option<ReceiptId>, now: EpochMs) -> MoveReserve {
    let mut step = reserve.step(State::Failed, now, Actor::Worker);
    step.failure = Some(Failure {
        code: refusal.code,
        pg: refusal.pg.clone(),
    });
    step.receipt_id = receipt_id;
    step
}

/// What the end of its payment means to a reserve that is executing; `None` while the payment is in doubt.
#[must_use]
pub fn ended(reserve: &Reserve, payment: &Payment, now: EpochMs) -> Option<MoveReserve> {
    let to = match payment.state {
        payment::State::Paid | payment::State::PartlyCancelled | payment::State::Cancelled => State::Done,
        payment::State::Declined | payment::State::Voided => State::Failed,
        payment::State::Intended | payment::State::InDoubt | payment::State::NeedsPerson => return None,
    };
    let mut step = reserve.step(to, now, Actor::Worker);
    step.failure = (to == State::Failed).then(|| {
        payment.failure.clone().unwrap_or(Failure {
            code: ErrorCode::ConfirmFailed,
            pg: None,
        })
    });
    Some(step)
}
