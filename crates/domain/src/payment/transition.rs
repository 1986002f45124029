//! One step of a payment's life.

use std::borrow::Cow;

use super::{Debit, DeclineReason, PaymentState};
use crate::ids::ReceiptId;
use crate::money::Won;
use crate::time::EpochMs;
use crate::transition::{Actor, Failure};

/// One transition of a payment, with what it sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentTransition {
    pub receipt_id: ReceiptId,
    /// The transition's number: one more than the state it starts from had.
    pub seq: u32,
    pub from: PaymentState,
    pub to: PaymentState,
    pub at: EpochMs,
    pub actor: Actor,
    pub debit: Option<Debit>,
    pub failure: Option<Failure>,
    pub reason: Option<DeclineReason>,
    /// Cumulative cancelled price and tax-free part.
    pub cancelled: Option<(Won, Won)>,
    /// What moved by this step: debited, or given back. For whoever sums up; the store does not keep it.
    pub moved: Won,
    /// For the history's reader.
    pub note: Cow<'static, str>,
    /// When the PG is asked what became of the debit; `None` where its word is not needed any more.
    pub look_up_at: Option<EpochMs>,
}
