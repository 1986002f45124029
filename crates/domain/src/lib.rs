//! What Jadong decides: states, rules, money, banks, identity checks, masking and error codes.
//!
//! Plain functions over plain data: no clock, no randomness, no I/O, no async. Time, ids and keys are passed in,
//! and a decision is returned as the changes that the store commits.

/// The names of an enum that strum knows by `IntoStaticStr`, `EnumString` and `VariantArray`.
#[macro_export]
macro_rules! named {
    ($enum:ident) => {
        impl $enum {
            /// Every one there is.
            pub const ALL: &'static [Self] = <Self as strum::VariantArray>::VARIANTS;

            /// Its name on disk, in JSON and on a command line.
            #[must_use]
            pub const fn name(self) -> &'static str {
                self.into_str()
            }

            /// The one of this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                name.parse().ok()
            }
        }
    };
}

pub mod bank;
pub mod cash_receipt;
pub mod change;
pub mod due;
pub mod error;
pub mod fingerprint;
pub mod identity;
pub mod ids;
pub mod issuance;
pub mod key;
mod language;
pub mod mandate;
pub mod mask;
pub mod money;
pub mod payment;
pub mod personal_number;
pub mod pg_answers;
pub mod phone;
pub mod precondition;
pub mod project;
pub mod reserve;
pub mod retention;
pub mod sensitive;
pub mod sensitive_text;
pub mod suggest;
pub mod text;
pub mod time;
pub mod transition;
pub mod webhook_delivery;
pub mod written_time;

pub use error::{ErrorCode, Refusal};
pub use ids::{BillingKeyId, ProjectId, ReceiptId, ReserveId};
pub use language::Language;
pub use money::Won;
pub use sensitive::Sensitive;
pub use time::EpochMs;
