//! The store's interface for what it says of itself: whether it can write, how far it has come, whether debits are held.

use domain::EpochMs;
use domain::payment::Payment;
use domain::reserve::Reserve;

use crate::error::{CommitError, ReadError};
use crate::{Store, engine};

/// A database among its copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// Of this database and every copy of it.
    pub id: String,
    /// How far it has come; an older copy has come less far.
    pub beat: u64,
    /// When that was; `None` when it has never been served from.
    pub beat_at: Option<EpochMs>,
    pub held: Option<DebitsHeld>,
}

/// Debits are held: the database was restored from a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DebitsHeld {
    pub since: EpochMs,
    /// What happened between this and `since` is not in the database; `None` when the copy does not say when it was made.
    pub gap_from: Option<EpochMs>,
}

impl Store {
    /// Writes a row and answers when it is on disk. Errors: no write can be made durable now.
    pub async fn check(&self) -> Result<(), CommitError> {
        engine!(self, e => e.beat(None).await).map(drop)
    }

    /// Resolves when one of the store's threads has ended, which none does before [`close`](Self::close): the store is of no
    /// more use then.
    pub async fn ended(&self) {
        engine!(self, e => e.ended().await);
    }

    /// How many groups of writes this process has made durable.
    pub fn commits(&self) -> u64 {
        engine!(self, e => e.commits())
    }

    /// Which database this is, and how far it has come.
    pub async fn installation(&self) -> Result<Installation, ReadError> {
        engine!(self, e => e.installation().await)
    }

    /// Says that the database has come as far as `at`; gives the new beat.
    pub async fn heartbeat(&self, at: EpochMs) -> Result<u64, CommitError> {
        engine!(self, e => e.beat(Some(at)).await)
    }

    /// Holds debits from now on, also after a restart, and takes the database's beat to more than `seen`. One that holds
    /// already keeps its gap.
    pub async fn hold(&self, seen: u64, now: EpochMs) -> Result<(), CommitError> {
        engine!(self, e => e.hold(seen, now).await)
    }

    /// Lets debits go on.
    pub async fn release(&self) -> Result<(), CommitError> {
        engine!(self, e => e.release().await)
    }

    /// At most `limit` payments of all projects that were asked for since `from`, newest first.
    pub async fn payments_since(&self, from: EpochMs, limit: u32) -> Result<Vec<Payment>, ReadError> {
        engine!(self, e => e.payments_since(from, limit).await)
    }

    /// At most `limit` waiting reserves of all projects that are due at `now`, oldest first.
    pub async fn due_reserves(&self, now: EpochMs, limit: u32) -> Result<Vec<Reserve>, ReadError> {
        engine!(self, e => e.due_reserves(now, limit).await)
    }
}
