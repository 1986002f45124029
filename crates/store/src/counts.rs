//! Counts of what happened, for overviews. No decision reads them, and a crash may lose the last seconds of them.

use domain::ProjectId;

use crate::Store;
use crate::error::{CommitError, ReadError};
use crate::place::Place;
use crate::row::{Columns, Read, only};
use crate::statement::{Write, statements};
use crate::value::values;

statements! {
    ADD_COUNT = "INSERT INTO counted ({bucket}project_id, hour, what, why, count) VALUES ({:bucket}?1, ?2, ?3, ?4, ?5)
        ON CONFLICT ({bucket}project_id, hour, what, why) DO UPDATE SET count = counted.count + excluded.count";
    FORGET_COUNTS = "DELETE FROM counted WHERE {of}project_id = ?1 AND hour < ?2";
    /// A range of the primary key: at most so many rows as there are hours and reasons.
    SUM_COUNTS = "SELECT project_id, CAST(?2 AS bigint), what, why, CAST(sum(count) AS bigint) FROM counted
        WHERE {of}project_id = ?1 AND hour >= CAST(?2 AS bigint) GROUP BY project_id, what, why";
    COUNTS_BY_HOUR = "SELECT hour, count FROM counted WHERE {of}project_id = ?1 AND hour >= ?2 AND what = ?3";
    /// By two indexes: of what the resolution or the present call will settle, and of what waits for a person.
    COUNT_IN_DOUBT = "SELECT count(*) FROM (
        SELECT 1 FROM due AS d JOIN payment AS p ON p.receipt_id = d.object
        WHERE {of d}{of p}d.kind = 'resolution' AND d.project_id = ?1 AND p.state = 'in_doubt'
        UNION ALL SELECT 1 FROM payment{ INDEXED BY payment_needs_person|}
        WHERE {of}state = 'needs_person' AND project_id = ?1 LIMIT 1000){| AS open}";
    COUNT_NEEDS_PERSON = "SELECT count(*) FROM (SELECT 1 FROM payment{ INDEXED BY payment_needs_person|}
        WHERE {of}state = 'needs_person' AND project_id = ?1 LIMIT 1000){| AS open}";
}

/// How often something happened in one hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HourlyCount {
    pub project_id: ProjectId,
    /// Hours since 1970.
    pub hour: i64,
    pub what: String,
    /// A reason's name, or empty.
    pub why: String,
    pub count: u64,
}

fn read(columns: &mut Columns<'_>) -> Read<HourlyCount> {
    Ok(HourlyCount {
        project_id: columns.next()?,
        hour: columns.next()?,
        what: columns.next()?,
        why: columns.next()?,
        count: columns.next()?,
    })
}

impl Store {
    /// Adds to what is counted of `project`: what, why, in which hour, and how many; and forgets its hours before
    /// `forget_before`.
    pub async fn add_counts(
        &self,
        project: ProjectId,
        rows: Vec<HourlyCount>,
        forget_before: i64,
    ) -> Result<(), CommitError> {
        let add = |row: &HourlyCount| {
            let count = i64::try_from(row.count).unwrap_or(i64::MAX);
            Write::any(&ADD_COUNT, values![project, row.hour, row.what, row.why, count])
        };
        let mut writes = vec![Write::any(&FORGET_COUNTS, values![project, forget_before])];
        writes.extend(rows.iter().map(add));
        self.write(Place::Of(project), writes).await.map(drop)
    }

    /// What was counted of `project` from `hour` on, summed over the hours (each row says `hour`).
    pub async fn counts(&self, project: ProjectId, hour: i64) -> Result<Vec<HourlyCount>, ReadError> {
        self.rows(Place::Of(project), &SUM_COUNTS, values![project, hour], read)
            .await
    }

    /// What was counted as `what` of `project` in each hour from `hour` on.
    pub async fn counts_by_hour(
        &self,
        project: ProjectId,
        hour: i64,
        what: &'static str,
    ) -> Result<Vec<(i64, u64)>, ReadError> {
        let row = |columns: &mut Columns<'_>| Ok((columns.next()?, columns.next()?));
        self.rows(Place::Of(project), &COUNTS_BY_HOUR, values![project, hour, what], row)
            .await
    }

    /// How many payments of `project` have no verdict yet; it stops counting at 1,000.
    pub async fn count_in_doubt(&self, project: ProjectId) -> Result<u64, ReadError> {
        let found = self
            .first(Place::Of(project), &COUNT_IN_DOUBT, values![project], only)
            .await?;
        Ok(found.unwrap_or(0))
    }

    /// How many payments of `project` need a person; it stops counting at 1,000.
    pub async fn count_needs_person(&self, project: ProjectId) -> Result<u64, ReadError> {
        let found = self
            .first(Place::Of(project), &COUNT_NEEDS_PERSON, values![project], only)
            .await?;
        Ok(found.unwrap_or(0))
    }
}
