//! The store's interface for the clocks of a sandbox's projects.

use domain::{EpochMs, ProjectId};

use crate::error::{CommitError, ReadError};
use crate::{Store, engine};

/// Whose due rows a worker asks for. Each of these has a time of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClockScope {
    /// Every project's: where no clock was ever moved, which is all of live mode.
    Everyone,
    /// Those whose clock is the machine's, where some were moved.
    AtMachineTime,
    /// One project's whose clock was moved.
    Of(ProjectId),
}

impl Store {
    /// How far each moved clock is ahead of the machine's, in milliseconds.
    pub async fn clock_offsets(&self) -> Result<Vec<(ProjectId, i64)>, ReadError> {
        engine!(self, e => e.clock_offsets().await)
    }

    /// Keeps how far a project's clock is ahead; never less than before. The first time it also makes the indexes by which
    /// one project's due rows are found: a database of live mode never has them.
    pub async fn set_clock_offset(&self, project: ProjectId, ahead_ms: i64) -> Result<(), CommitError> {
        engine!(self, e => e.set_clock_offset(project, ahead_ms).await)
    }

    /// Forgets how far a project's clock is ahead, and its tokens of later than `machine_now`; `false`, and nothing is changed,
    /// where anything of it happened later than that.
    pub async fn reset_clock_offset(&self, project: ProjectId, machine_now: EpochMs) -> Result<bool, CommitError> {
        engine!(self, e => e.reset_clock_offset(project, machine_now).await)
    }

    /// When the next reserve, webhook, resolution step, open cancel or end of a consent of `project` is due.
    pub async fn next_due(&self, project: ProjectId) -> Result<Option<EpochMs>, ReadError> {
        engine!(self, e => e.next_due(project).await)
    }
}
