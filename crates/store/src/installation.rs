//! What the store says of itself: which database it is, whether it can write, how far it has come, whether debits are held.

use domain::EpochMs;
use domain::fingerprint::Fingerprint;

use crate::Store;
use crate::engine::postgres::OnRecord;
use crate::error::{CommitError, ReadError};
use crate::place::Place;
use crate::row::{Columns, Read, only};
use crate::statement::{Write, statements};
use crate::value::values;

statements! {
    BEAT = "UPDATE installation SET beat = beat + 1, beat_at_ms = ?1 RETURNING beat";
    /// Is written in any case: a file is not, where nothing changes. No beat where several nodes look, whose marks would all seem old.
    TOUCH = "UPDATE installation SET beat = beat{ + 1|}";
    /// Whoever starts later, and knows of nothing, goes by this.
    CONFIRM = "{postgres}UPDATE installation SET timeline = ?1 WHERE timeline IS DISTINCT FROM ?1";
    /// The first that serves says which key the installation has.
    KEEP_PEPPER_PRINT = "UPDATE installation SET pepper_print = coalesce(pepper_print, ?1) RETURNING pepper_print";
    HAS_PEPPER_PRINT = "SELECT 1 FROM installation WHERE pepper_print IS NOT NULL";
    HOLD = "UPDATE installation SET beat = {max|greatest}(beat, ?1) + 1, gap_from_ms = CASE WHEN held_at_ms IS NULL THEN beat_at_ms
        ELSE gap_from_ms END, held_at_ms = coalesce(held_at_ms, ?2)";
    RELEASE = "UPDATE installation SET held_at_ms = NULL, gap_from_ms = NULL";
    SELECT_INSTALLATION = "SELECT id, beat, beat_at_ms, held_at_ms, gap_from_ms, {NULL|timeline} FROM installation";
}

/// What an engine writes by itself.
pub const ON_RECORD: OnRecord = OnRecord {
    hold: &HOLD,
    confirm: &CONFIRM,
};

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
    /// The server's timeline on which a node knew last that nothing was missing; `None` for a file, and before the first.
    pub timeline: Option<u32>,
}

/// Debits are held: the database was restored from a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DebitsHeld {
    pub since: EpochMs,
    /// What happened between this and `since` is not in the database; `None` when the copy does not say when it was made.
    pub gap_from: Option<EpochMs>,
}

fn read(columns: &mut Columns<'_>) -> Read<Installation> {
    let (id, beat, beat_at) = (columns.next()?, columns.next()?, columns.next()?);
    let (since, gap_from): (Option<EpochMs>, _) = (columns.next()?, columns.next()?);
    let timeline = columns.next()?;
    Ok(Installation {
        id,
        beat,
        beat_at,
        held: since.map(|since| DebitsHeld { since, gap_from }),
        timeline,
    })
}

impl Store {
    /// Writes a row and answers when it is on disk. Errors: no write can be made durable now.
    pub async fn check(&self) -> Result<(), CommitError> {
        match self.write_one(Place::Shared, &TOUCH, values![]).await? {
            true => Ok(()),
            false => Err(CommitError::NotDone("the installation's row is missing".to_owned())),
        }
    }

    /// Says that the database has come as far as `at`; gives the new beat.
    pub async fn heartbeat(&self, at: EpochMs) -> Result<u64, CommitError> {
        let beat = self.changed(Place::Shared, &BEAT, values![at], only).await?;
        let beat = beat.first().copied();
        beat.ok_or_else(|| CommitError::NotDone("the installation's row is missing".to_owned()))
    }

    /// The print of the key that the installation has: `print`, if it was not known until now.
    pub async fn pepper_print(&self, print: Fingerprint) -> Result<Fingerprint, CommitError> {
        let kept = self
            .changed(Place::Shared, &KEEP_PEPPER_PRINT, values![print], only)
            .await?;
        let kept = kept.first().copied();
        kept.ok_or_else(|| CommitError::NotDone("the installation's row is missing".to_owned()))
    }

    /// Whether it is known which key the installation has.
    pub async fn has_pepper_print(&self) -> Result<bool, ReadError> {
        let found = self.first(Place::Shared, &HAS_PEPPER_PRINT, values![], only::<i64>);
        Ok(found.await?.is_some())
    }

    /// Which database this is, and how far it has come.
    pub async fn installation(&self) -> Result<Installation, ReadError> {
        let found = self.first(Place::Shared, &SELECT_INSTALLATION, values![], read).await?;
        found.ok_or_else(|| ReadError::Failed("the installation's row is missing".to_owned()))
    }

    /// Holds debits from now on, also after a restart, and takes the database's beat to more than `seen`. One that holds
    /// already keeps its gap.
    pub async fn hold(&self, seen: u64, now: EpochMs) -> Result<(), CommitError> {
        let hold = Write::any(&HOLD, values![seen.cast_signed(), now]);
        self.write(Place::Shared, vec![hold]).await.map(drop)
    }

    /// Whether debits are held, as the database says, or is about to say.
    pub async fn are_debits_held(&self) -> Result<bool, ReadError> {
        let is_said = self.is_loss_said();
        Ok(self.installation().await?.held.is_some() || !is_said)
    }

    /// Says that nothing is missing on the server's present timeline.
    pub async fn confirm_timeline(&self) -> Result<(), CommitError> {
        let Some(timeline) = self.timeline() else { return Ok(()) };
        self.write_one(Place::Shared, &CONFIRM, values![i64::from(timeline)])
            .await
            .map(drop)
    }

    /// Lets debits go on.
    pub async fn release(&self) -> Result<(), CommitError> {
        self.write(Place::Shared, vec![Write::any(&RELEASE, values![])])
            .await
            .map(drop)
    }
}
