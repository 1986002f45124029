//! Whose rows a read or a commit is about: the database is spread by it where one machine is not enough.

use domain::ProjectId;

/// Whose rows a read or a commit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// One project's: all that a request or a worker's step touches.
    Of(ProjectId),
    /// What the projects share (the projects themselves, their tokens, the installation, the console's people), or, for
    /// operators and for what is due, the rows of all of them.
    Shared,
}
