//! A reserve's time has come.

use super::{Reserve, ReserveState, ReserveTransition};
use crate::error::{ErrorCode, Refusal};
use crate::ids::ReceiptId;
use crate::payment::{self, Payment};
use crate::time::EpochMs;
use crate::transition::{Actor, Failure};

/// Whether a payment that was voided had ever been asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DebitDispatch {
    /// It was, or may have been, and the answer is the outcome.
    Sent,
    /// Its process died with only the intent on disk, and the PG never heard of it.
    Never,
    /// The PG could not be reached: not a byte of it left.
    NotSent,
    /// Other debits had all turns at the PG: not a byte of it left.
    NoTurn,
    /// Its process stood still until it was too late for it to leave.
    Late,
}

/// The history's word for a reserve that waits again because its process died.
pub const NEVER_ARRIVED: &str = "never arrived: once more";

/// After how long one that found no turn at the PG is tried again.
const NEXT_TURN_MS: u64 = 10_000;

/// Decides that execution begins with the payment `receipt_id`, which is opened in the same commit.
#[must_use]
pub fn start(reserve: &Reserve, receipt_id: ReceiptId, now: EpochMs) -> ReserveTransition {
    let mut step = reserve.step(ReserveState::Executing, now, Actor::Worker);
    step.receipt_id = Some(receipt_id);
    step
}

/// Decides that it ends without a payment: its key is dead, for one.
#[must_use]
pub fn failed(reserve: &Reserve, refusal: &Refusal, receipt_id: Option<ReceiptId>, now: EpochMs) -> ReserveTransition {
    let mut step = reserve.step(ReserveState::Failed, now, Actor::Worker);
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
    dispatch: DebitDispatch,
    give_up_at: EpochMs,
    now: EpochMs,
) -> Option<ReserveTransition> {
    let to = match payment.state {
        payment::PaymentState::Voided if dispatch != DebitDispatch::Sent && now < give_up_at => ReserveState::Waiting,
        payment::PaymentState::Paid | payment::PaymentState::PartlyCancelled | payment::PaymentState::Cancelled => {
            ReserveState::Done
        }
        payment::PaymentState::Declined | payment::PaymentState::Voided => ReserveState::Failed,
        payment::PaymentState::Intended | payment::PaymentState::InDoubt | payment::PaymentState::NeedsReview => {
            return None;
        }
    };
    let mut step = reserve.step(to, now, Actor::Worker);
    step.receipt_id = Some(payment.receipt_id);
    if to == ReserveState::Waiting {
        step.note = match dispatch {
            DebitDispatch::NotSent => "the PG could not be reached: once more",
            DebitDispatch::NoTurn => "no turn at the PG: once more",
            DebitDispatch::Late => "too late to be sent: once more",
            DebitDispatch::Never | DebitDispatch::Sent => NEVER_ARRIVED,
        };
        // The next turns are others'.
        let waits = matches!(dispatch, DebitDispatch::NoTurn | DebitDispatch::Late);
        step.again_at = waits.then(|| now.plus_ms(NEXT_TURN_MS));
    }
    step.failure = (to == ReserveState::Failed).then(|| {
        payment.failure.clone().unwrap_or(Failure {
            code: ErrorCode::ConfirmFailed,
            pg: None,
        })
    });
    Some(step)
}
