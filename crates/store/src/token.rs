//! Access tokens of the legacy credentials. The token itself is derived, never stored.

use domain::fingerprint::Fingerprint;
use domain::{EpochMs, ProjectId};

/// One issued token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub hash: Fingerprint,
    pub project_id: ProjectId,
    /// What the token was derived from, beside the installation's key.
    pub nonce: [u8; 16],
    pub issued_at: EpochMs,
    pub expires_at: EpochMs,
}
