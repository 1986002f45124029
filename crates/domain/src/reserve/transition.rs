//! One step of a reserve's life.

use super::ReserveState;
use crate::ids::{ReceiptId, ReserveId};
use crate::time::EpochMs;
use crate::transition::{Actor, Failure};

/// One transition of a reserve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReserveTransition {
    pub reserve_id: ReserveId,
    pub seq: u32,
    pub from: ReserveState,
    pub to: ReserveState,
    pub at: EpochMs,
    pub actor: Actor,
    /// The payment that its execution made.
    pub receipt_id: Option<ReceiptId>,
    pub failure: Option<Failure>,
    /// Of one that waits again: not before then; its due time stays.
    pub again_at: Option<EpochMs>,
    /// For the history's reader.
    pub note: &'static str,
}
