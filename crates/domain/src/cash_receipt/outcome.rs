//! What becomes of a cash receipt. Each step is one more in `seq`, so that of two at once one is refused by the store.

use super::{CashReceipt, CashReceiptState};
use crate::error::PgMessage;
use crate::time::EpochMs;

impl CashReceipt {
    fn step(&self, state: CashReceiptState) -> Self {
        Self {
            seq: self.seq + 1,
            state,
            due_at: None,
            ..self.clone()
        }
    }

    /// About to be asked for, or taken back, once more after an unknown outcome.
    #[must_use]
    pub fn again(&self) -> Self {
        self.step(self.state)
    }

    /// The PG has issued it.
    #[must_use]
    pub fn issued(&self, tid: String, approve_no: String, now: EpochMs) -> Self {
        Self {
            tid: Some(tid),
            approve_no: Some(approve_no),
            issued_at: Some(now),
            ..self.step(CashReceiptState::Issued)
        }
    }

    /// There is none: the PG said no, or was never asked.
    #[must_use]
    pub fn failed(&self, pg: Option<PgMessage>) -> Self {
        Self {
            pg,
            ..self.step(CashReceiptState::Failed)
        }
    }

    /// About to be taken back.
    #[must_use]
    pub fn cancelling(&self) -> Self {
        self.step(CashReceiptState::Cancelling)
    }

    /// Taken back.
    #[must_use]
    pub fn cancelled(&self, now: EpochMs) -> Self {
        Self {
            pg: None,
            cancelled_at: Some(now),
            ..self.step(CashReceiptState::Cancelled)
        }
    }

    /// Not taken back: the PG said no, or was never asked.
    #[must_use]
    pub fn kept(&self, pg: Option<PgMessage>) -> Self {
        Self {
            pg,
            ..self.step(CashReceiptState::Issued)
        }
    }

    /// What the cancel of this receipt is called at the PG: always the same, so it happens at most once.
    #[must_use]
    pub fn cancel_order_id(&self) -> String {
        format!("{}-cancel", self.pg_order_id)
    }
}
