//! The services of an issuance: each walks its request's steps in order.

pub mod consent;
pub mod first_payment;
mod lookup;
pub mod poll_budget;
mod publish;
pub mod recover_publish;
mod request;

pub use lookup::by_receipt;
pub use publish::publish;
pub use request::{ConsentWait, Replayed, request};

use domain::{ErrorCode, Refusal};
use fairness::NoRoom;
use store::{CommitError, ReadError};

/// What a failed write means to the caller, when it means nothing more specific: that the same call may be made again. Where a
/// write that comes true later would do harm by that, the caller looks at [`CommitError::InDoubt`] itself.
pub fn commit_refusal(error: &CommitError) -> Refusal {
    match error {
        CommitError::Overloaded => Refusal::of(ErrorCode::Overloaded),
        // A race that was lost too often: nothing happened.
        CommitError::Refused(_) => Refusal::of(ErrorCode::Overloaded),
        CommitError::NotDone(reason) | CommitError::InDoubt(reason) => {
            tracing::error!(reason, "a write failed");
            Refusal::of(ErrorCode::StoreUnavailable)
        }
    }
}

/// No place is left of what `setting` bounds; nothing happened. The hint says whether it is the project's share that is taken.
pub fn full(full: NoRoom, setting: &str) -> Refusal {
    Refusal::of(ErrorCode::Overloaded).hint(match full {
        NoRoom::All => format!("{setting}: all are in use"),
        NoRoom::Share => format!("{setting}: this project's share is in use"),
    })
}

/// What a failed read means to the caller.
pub fn read_refusal(error: &ReadError) -> Refusal {
    match error {
        ReadError::Overloaded => Refusal::of(ErrorCode::Overloaded),
        ReadError::Failed(reason) => {
            tracing::error!(reason, "a read failed");
            Refusal::of(ErrorCode::StoreUnavailable)
        }
    }
}
