//! The clocks of a sandbox's projects.

use domain::{EpochMs, ProjectId};
use rusqlite::params;

use super::open::Sqlite;
use super::{rows, scoped, sql};
use crate::error::{CommitError, ReadError};

/// By these one project's due rows are found without a scan.
pub const INDEXES: &str = include_str!("../../migrations/sqlite/sandbox_clock_indexes.sql");

impl Sqlite {
    pub(crate) async fn clock_offsets(&self) -> Result<Vec<(ProjectId, i64)>, ReadError> {
        let read = |row: &rusqlite::Row<'_>| Ok((rows::parsed(row, 0)?, row.get(1)?));
        self.many(sql::SELECT_LEADS, [], read).await
    }

    pub(crate) async fn set_clock_offset(&self, project: ProjectId, ahead_ms: i64) -> Result<(), CommitError> {
        let run = move |connection: &rusqlite::Connection| {
            connection.execute_batch(INDEXES)?;
            let values = params![project.to_string(), ahead_ms];
            connection.prepare_cached(sql::SET_LEAD)?.execute(values)?;
            Ok(())
        };
        self.writer.write_for(run).await
    }

    pub(crate) async fn reset_clock_offset(
        &self,
        project: ProjectId,
        machine_now: EpochMs,
    ) -> Result<bool, CommitError> {
        let run = move |connection: &rusqlite::Connection| {
            let values = params![project.to_string(), machine_now.0];
            let is_used: bool = connection
                .prepare_cached(sql::SELECT_LATER)?
                .query_row(values, |row| row.get(0))?;
            if !is_used {
                connection.prepare_cached(sql::FORGET_LATER_TOKENS)?.execute(values)?;
                let project = params![project.to_string()];
                connection.prepare_cached(sql::FORGET_LEAD)?.execute(project)?;
            }
            Ok(!is_used)
        };
        self.writer.write_for(run).await
    }

    pub(crate) async fn next_due(&self, project: ProjectId) -> Result<Option<EpochMs>, ReadError> {
        let read = |row: &rusqlite::Row<'_>| row.get::<_, Option<i64>>(0);
        let next = self.one(scoped::SELECT_NEXT_DUE, [project.to_string()], read).await?;
        Ok(next.flatten().map(EpochMs))
    }
}
