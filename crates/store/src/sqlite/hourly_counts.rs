//! Counts of what happened.

use domain::ProjectId;
use rusqlite::{Connection, Row, params};

use super::open::Sqlite;
use super::rows;
use super::writer::Aborted;
use crate::HourlyCount;
use crate::error::{CommitError, ReadError};

const ADD: &str = "INSERT INTO counted (project_id, hour, what, why, count) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT DO UPDATE SET count = count + excluded.count";
const FORGET: &str = "DELETE FROM counted WHERE hour < ?1";
/// A range of the primary key: at most so many rows as there are hours and reasons.
const SUM: &str = "SELECT project_id, ?2, what, why, sum(count) FROM counted
    WHERE project_id = ?1 AND hour >= ?2 GROUP BY what, why";
/// By two indexes: of what the resolution or the present call will settle, and of what waits for a person.
const DOUBTS: &str = "SELECT count(*) FROM (
    SELECT 1 FROM payment INDEXED BY payment_verdict_due
    WHERE verdict_due_at_ms IS NOT NULL AND project_id = ?1 AND state = 'in_doubt'
    UNION ALL SELECT 1 FROM payment INDEXED BY payment_needs_person
    WHERE state = 'needs_person' AND project_id = ?1 LIMIT 1000)";

fn add(connection: &Connection, counted: &[HourlyCount], forget_before: i64) -> Result<(), Aborted> {
    connection.prepare_cached(FORGET)?.execute([forget_before])?;
    let mut add = connection.prepare_cached(ADD)?;
    for row in counted {
        let count = i64::try_from(row.count).unwrap_or(i64::MAX);
        add.execute(params![row.project_id.to_string(), row.hour, row.what, row.why, count])?;
    }
    Ok(())
}

fn hourly_count(row: &Row<'_>) -> rusqlite::Result<HourlyCount> {
    Ok(HourlyCount {
        project_id: rows::parsed(row, 0)?,
        hour: row.get(1)?,
        what: row.get(2)?,
        why: row.get(3)?,
        count: unsigned(row, 4)?,
    })
}

fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0))
}

impl Sqlite {
    pub(crate) async fn add_counts(&self, counted: Vec<HourlyCount>, forget_before: i64) -> Result<(), CommitError> {
        self.writer
            .write_for(move |connection| add(connection, &counted, forget_before))
            .await
    }

    pub(crate) async fn counts(&self, project: ProjectId, hour: i64) -> Result<Vec<HourlyCount>, ReadError> {
        self.many(SUM, (project.to_string(), hour), hourly_count).await
    }

    pub(crate) async fn count_in_doubt(&self, project: ProjectId) -> Result<u64, ReadError> {
        let found = self.one(DOUBTS, [project.to_string()], |row| unsigned(row, 0)).await?;
        Ok(found.unwrap_or(0))
    }
}
