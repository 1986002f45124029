//! A lease of work that is due: what is asked for, and what is got.

use domain::due::Lease;
use domain::ids::ObjectId;
use domain::{EpochMs, ProjectId};

use crate::value::{Value, list};

/// A worker's lease of what is due: nobody else gets it before `until`.
#[derive(Debug, Clone, Copy)]
pub struct LeaseRequest {
    /// The machine's time, as `until` is.
    pub now: EpochMs,
    pub until: EpochMs,
    pub limit: u32,
    /// The number that what is leased will have.
    pub lease: Lease,
}

/// What was leased, whose it is, and the number under which it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leased<T> {
    pub project: ProjectId,
    pub lease: Lease,
    /// When the lease ends, by the project's clock.
    pub until: EpochMs,
    pub of: T,
}

impl<T> Leased<T> {
    /// The same lease, of something else about the same object.
    #[must_use]
    pub fn with<U>(&self, of: U) -> Leased<U> {
        Leased {
            project: self.project,
            lease: self.lease,
            until: self.until,
            of,
        }
    }
}

/// Whose work is not wanted now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Busy {
    pub projects: Vec<ProjectId>,
    /// A project's webhooks to one origin.
    pub queues: Vec<(ProjectId, String)>,
    /// What the asker is at already: it may have been at it for longer than its lease.
    pub objects: Vec<ObjectId>,
}

impl Busy {
    /// Nothing of these projects.
    pub fn of(projects: impl IntoIterator<Item = ProjectId>) -> Self {
        Self {
            projects: projects.into_iter().collect(),
            ..Self::default()
        }
    }

    pub(crate) fn values(&self) -> Vec<Value> {
        let queues = self.queues.iter();
        let queues = queues.map(|(project, origin)| format!("{project} {origin}"));
        vec![list(&self.projects), list(queues), list(&self.objects)]
    }
}
