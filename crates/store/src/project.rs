//! Changing a project's credentials.

use domain::fingerprint::Fingerprint;
use domain::project::SecretKind;
use domain::{EpochMs, ProjectId};

/// A secret that replaces the present ones of its kind.
#[derive(Debug, Clone, Copy)]
pub struct NewSecret {
    pub project_id: ProjectId,
    pub kind: SecretKind,
    pub hash: Fingerprint,
    /// How long the secrets that it replaces stay valid.
    pub others_expire_at: EpochMs,
}
