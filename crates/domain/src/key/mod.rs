//! A billing key: active → destroyed.

mod destroy;

pub use destroy::destroy;

use crate::ids::{BillingKeyId, ProjectId, ReceiptId};
use crate::time::EpochMs;

/// A billing key as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillingKey {
    pub id: BillingKeyId,
    pub project_id: ProjectId,
    /// The issuance it came from.
    pub receipt_id: ReceiptId,
    /// The PG's own id of the key.
    pub bid: String,
    /// What may be shown, as it was at issue.
    pub shown: Shown,
    pub issued_at: EpochMs,
    pub destroyed_at: Option<EpochMs>,
}

/// `billing_data`: what may be shown of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub bank_code: String,
    pub account_masked: String,
    pub holder_masked: String,
}

impl BillingKey {
    #[must_use]
    pub fn is_destroyed(&self) -> bool {
        self.destroyed_at.is_some()
    }
}
