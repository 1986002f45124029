//! Counts of what happened, for overviews. No decision reads them, and a crash may lose the last seconds of them.

use domain::ProjectId;

use crate::error::{CommitError, ReadError};
use crate::{Store, engine};

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

impl Store {
    /// Adds `rows` to what is counted, and forgets the hours before `forget_before`.
    pub async fn add_counts(&self, rows: Vec<HourlyCount>, forget_before: i64) -> Result<(), CommitError> {
        engine!(self, e => e.add_counts(rows, forget_before).await)
    }

    /// What was counted of `project` from `hour` on, summed over the hours (each row says `hour`).
    pub async fn counts(&self, project: ProjectId, hour: i64) -> Result<Vec<HourlyCount>, ReadError> {
        engine!(self, e => e.counts(project, hour).await)
    }

    /// How many payments of `project` have no verdict yet; it stops counting at 1,000.
    pub async fn count_in_doubt(&self, project: ProjectId) -> Result<u64, ReadError> {
        engine!(self, e => e.count_in_doubt(project).await)
    }
}
