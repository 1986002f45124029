//! A billing key: active → destroyed.

mod destroy;

pub use destroy::{KeyDestroyed, destroy};

use crate::bank::Bank;
use crate::ids::{BillingKeyId, ProjectId, ReceiptId};
use crate::precondition::Precondition;
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
    pub shown: MaskedAccount,
    pub issued_at: EpochMs,
    pub destroyed_at: Option<EpochMs>,
}

/// `billing_data`: what may be shown of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaskedAccount {
    pub bank_code: String,
    pub account_masked: String,
    pub holder_masked: String,
}

impl MaskedAccount {
    /// For people: `국민은행 123456789***** 홍길*`.
    #[must_use]
    pub fn line(&self) -> String {
        let bank = Bank::by_code(&self.bank_code).map_or(self.bank_code.as_str(), |bank| bank.name.as_str());
        format!("{bank} {} {}", self.account_masked, self.holder_masked)
    }
}

/// Where a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::VariantArray, strum::EnumString)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum KeyState {
    Active,
    Destroyed,
}

named!(KeyState);

impl KeyState {
    /// The allowed transitions: a destroyed key never comes back.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        matches!((self, next), (Self::Active, Self::Destroyed))
    }
}

impl BillingKey {
    #[must_use]
    pub fn state(&self) -> KeyState {
        if self.is_destroyed() {
            KeyState::Destroyed
        } else {
            KeyState::Active
        }
    }

    #[must_use]
    pub fn is_destroyed(&self) -> bool {
        self.destroyed_at.is_some()
    }

    /// Goes with every debit and reserve of this key: one that was destroyed since refuses it.
    #[must_use]
    pub fn still_active(&self) -> Precondition {
        Precondition::KeyActive(self.id)
    }

    /// Goes with what is added to the record of a key that may have ended.
    #[must_use]
    pub fn still_on_record(&self) -> Precondition {
        Precondition::KeyOnRecord(self.id)
    }
}
