//! Whose rows a read or a commit is about: the database is spread by it where one machine is not enough.

use domain::ProjectId;
use sha2::{Digest, Sha256};

/// Whose rows a read or a commit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// One project's: all that a request or a worker's step touches.
    Of(ProjectId),
    /// What the projects share (the projects themselves, their tokens, the installation, the console's people), or, for
    /// operators and for what is due, the rows of all of them.
    Shared,
}

impl Place {
    /// The bucket of one project's rows, of 256: the same for ever, for it is part of every key. `None` for all of them.
    pub fn bucket(self) -> Option<u8> {
        let Self::Of(project) = self else { return None };
        // The first two bytes of the hash, modulo 256.
        Sha256::digest(project.to_string().as_bytes()).get(1).copied()
    }
}
