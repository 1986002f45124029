//! What can go wrong with the store.

mod postgres;

use std::path::PathBuf;

use domain::{ErrorCode, Refusal};

pub use postgres::PostgresFault;

/// The database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{0} is in use by another jadong; stop it, or choose another folder with --data")]
    Locked(PathBuf),
    #[error("cannot use {path}: {source}")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("the database {path} has schema {found}, this program knows {known}; use a newer jadong")]
    Newer { path: PathBuf, found: u32, known: u32 },
    #[error(
        "the database {path} has schema {found}, this program {known}: start `jadong serve` of this program once, which \
         brings it up to date, or use the program that serves from it"
    )]
    Older { path: PathBuf, found: u32, known: u32 },
    #[error("there is no database in {0}; name the folder with --data")]
    Nothing(PathBuf),
    #[error(
        "the database {path} is damaged: {faults}. Restore it from the backup; `jadong doctor` says more, and \
         start_check = \"0s\" starts all the same, at the risk of debits that it does not remember"
    )]
    Damaged { path: PathBuf, faults: String },
    #[error(
        "the database {path} has two live payments of one order: {orders}. Find out at the PG which of them were debited, \
         have one refunded there, and ask for help before you change the database by hand; the program that served from it \
         goes on working"
    )]
    TwoLive { path: PathBuf, orders: String },
    #[error("migration {0} was changed after it was applied; restore the database or the program it belongs to")]
    Changed(u32),
    #[error("the database {path} does not answer: {reason}")]
    Engine { path: PathBuf, reason: String },
    #[error(transparent)]
    Postgres(#[from] PostgresFault),
}

/// The store refused a change because something else is true by now. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitRefused {
    /// The subscription has an open issuance.
    AlreadyOpen,
    /// Another transition has left the same state.
    LostRace,
    /// The name or a credential is taken.
    NameTaken,
    /// The order id belongs to another payment or reserve.
    OrderTaken,
    /// The idempotency key was used before.
    IdempotencyTaken,
    /// The cancel id was used before, or another cancel of the payment is under way.
    CancelTaken,
    /// The key has as many waiting reserves as it may.
    TooManyReserves,
}

/// A write was not made, or not known to be made.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CommitError {
    #[error("refused: {0:?}")]
    Refused(CommitRefused),
    /// The queue is full. Nothing was changed.
    #[error("the store's queue is full")]
    Overloaded,
    /// The disk or the engine failed. Nothing was changed, and nothing will be.
    #[error("the store failed: {0}")]
    NotDone(String),
    /// The disk failed while the change was written. It may come true at the next start.
    #[error("the store failed, and the change may have been made: {0}")]
    InDoubt(String),
}

/// A read got no answer.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("the store's queue is full")]
    Overloaded,
    #[error("the store failed: {0}")]
    Failed(String),
}

/// What a failed write means to the caller, when it means nothing more specific: that the same call may be made again. Where a
/// write that comes true later would do harm by that, the caller looks at [`CommitError::InDoubt`] itself.
impl From<CommitError> for Refusal {
    fn from(error: CommitError) -> Self {
        match error {
            // A race that was lost too often: nothing happened.
            CommitError::Overloaded | CommitError::Refused(_) => Self::of(ErrorCode::Overloaded),
            CommitError::NotDone(reason) | CommitError::InDoubt(reason) => {
                tracing::error!(reason, "a write failed");
                Self::of(ErrorCode::StoreUnavailable)
            }
        }
    }
}

/// What a failed read means to the caller.
impl From<ReadError> for Refusal {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Overloaded => Self::of(ErrorCode::Overloaded),
            ReadError::Failed(reason) => {
                tracing::error!(reason, "a read failed");
                Self::of(ErrorCode::StoreUnavailable)
            }
        }
    }
}
