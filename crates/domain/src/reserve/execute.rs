//! A reserve's time has come.

use super::{Reserve, State};
use crate::change::{Actor, Change, Failure, MoveReserve};
use crate::error::{ErrorCode, Refusal};
use crate::ids::ReceiptId;
use crate::payment::{self, Payment};
use crate::time::EpochMs;

/// Whether a payment that was voided had ever been asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// It was, or may have been, and the answer is the outcome.
    Asked,
    /// Its process died with only the intent on disk, and the PG never heard of it.
    Never,
    /// The PG could not be reached: not a byte of it left.
    NotSent,
    /// Other debits had all turns at the PG: not a byte of it left.
    NoTurn,
}

/// The history's word for a reserve that waits again because its process died.
pub const NEVER_ARRIVED: &str = "never arrived: once more";

/// After how long one that found no turn at the PG is tried again.
const NEXT_TURN_MS: u64 = 10_000;

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

/// What the end of its payment means to a reserve that is executing; `None` while the payment is in doubt. One that nobody
/// was ever asked for is due again, under a new order id at the PG, until `give_up_at`.
#[must_use]
pub fn ended(
    reserve: &Reserve,
    payment: &Payment,
    arrival: Arrival,
    give_up_at: EpochMs,
    now: EpochMs,
) -> Option<MoveReserve> {
    let to = match payment.state {
        payment::State::Voided if arrival != Arrival::Asked && now < give_up_at => State::Waiting,
        payment::State::Paid | payment::State::PartlyCancelled | payment::State::Cancelled => State::Done,
        payment::State::Declined | payment::State::Voided => State::Failed,
        payment::State::Intended | payment::State::InDoubt | payment::State::NeedsPerson => return None,
    };
    let mut step = reserve.step(to, now, Actor::Worker);
    step.receipt_id = Some(payment.receipt_id);
    if to == State::Waiting {
        step.note = match arrival {
            Arrival::NotSent => "the PG could not be reached: once more",
            Arrival::NoTurn => "no turn at the PG: once more",
            Arrival::Never | Arrival::Asked => NEVER_ARRIVED,
        };
        // The next turns are others'.
        step.again_at = (arrival == Arrival::NoTurn).then(|| now.plus_ms(NEXT_TURN_MS));
    }
    step.failure = (to == State::Failed).then(|| {
        payment.failure.clone().unwrap_or(Failure {
            code: ErrorCode::ConfirmFailed,
            pg: None,
        })
    });
    Some(step)
}
