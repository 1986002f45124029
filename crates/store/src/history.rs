//! The history: one row for each transition of a receipt, a key, a payment or a reserve, never changed afterwards.

use domain::transition::Actor;
use domain::{EpochMs, ProjectId};

use crate::Store;
use crate::error::{CommitRefused, ReadError};
use crate::place::Place;
use crate::row::{Columns, Read};
use crate::statement::{Write, statements};
use crate::value::values;

statements! {
    INSERT_TRANSITION = "INSERT INTO transition ({place}object, seq, from_state, to_state, at_ms, actor, detail)
        VALUES ({:place}?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT ({place}object, seq) DO NOTHING";
    SELECT_HISTORY = "SELECT seq, from_state, to_state, at_ms, actor, detail FROM transition
        WHERE {of}object = ?1 ORDER BY seq";
}

/// One transition as the history has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    pub seq: u32,
    pub from: String,
    pub to: String,
    pub at: EpochMs,
    pub actor: String,
    pub detail: String,
}

/// A row to add to the history of `object`.
pub struct HistoryEntry<'a> {
    pub object: &'a str,
    pub seq: u32,
    pub from: &'a str,
    pub to: &'a str,
    pub at: EpochMs,
    pub actor: Actor,
    pub detail: &'a str,
}

impl HistoryEntry<'_> {
    /// The row that is there already says that another transition won.
    pub fn insert(&self) -> Write {
        let (from, to, actor) = (self.from, self.to, self.actor.name());
        let values = values![self.object, self.seq, from, to, self.at, actor, self.detail];
        Write::one(&INSERT_TRANSITION, values, CommitRefused::LostRace)
    }
}

fn read(columns: &mut Columns<'_>) -> Read<HistoryRow> {
    Ok(HistoryRow {
        seq: columns.next()?,
        from: columns.next()?,
        to: columns.next()?,
        at: columns.next()?,
        actor: columns.next()?,
        detail: columns.next()?,
    })
}

impl Store {
    /// Every transition of a receipt or key, oldest first.
    pub async fn history(&self, project: ProjectId, object: String) -> Result<Vec<HistoryRow>, ReadError> {
        self.rows(Place::Of(project), &SELECT_HISTORY, values![object], read)
            .await
    }
}
