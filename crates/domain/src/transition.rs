//! What every transition carries: who caused it, and how what it ended failed.

use crate::error::{ErrorCode, PgMessage};

/// Who caused a transition; a column of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Actor {
    /// A request of the merchant, while it waits.
    Api,
    /// The worker, from what is on disk.
    Worker,
    /// An operator, where the resolution came to no verdict.
    Person,
}

named!(Actor);

/// How an issuance, a payment or a reserve failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub code: ErrorCode,
    pub pg: Option<PgMessage>,
}
