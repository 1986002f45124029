//! A refusal: a result code and nothing else, so that it can carry nothing it should not.

use serde::{Deserialize, Serialize};

/// The PG failed inside; for the caller an unknown outcome.
pub const INTERNAL: &str = "S999";

/// Why a command was refused: a code of `docs/reference/pg-protocol.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PgRefusal(pub &'static str);

/// Whether this shop may register keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum MerchantPermission {
    #[default]
    #[serde(rename = "allowed")]
    Allowed,
    F115,
    F117,
}

impl MerchantPermission {
    /// Refuses with the shop's code.
    pub fn check(self) -> Result<(), PgRefusal> {
        match self {
            Self::Allowed => Ok(()),
            Self::F115 => Err(PgRefusal("F115")),
            Self::F117 => Err(PgRefusal("F117")),
        }
    }
}
