//! A reserve: a debit for a date. waiting → executing → done │ failed; waiting → revoked; executing → waiting, when the
//! PG never heard of the debit: it could not be reached, or the process died before it was asked.

mod execute;
mod request;
mod transition;

pub use execute::{DebitDispatch, NEVER_ARRIVED, ended, failed, start};

pub use request::{asked, request};
pub use transition::ReserveTransition;

use crate::fingerprint::Fingerprint;
use crate::ids::{BillingKeyId, ProjectId, ReceiptId, ReserveId};
use crate::payment::Order;
use crate::time::EpochMs;
use crate::transition::{Actor, Failure};

/// Waiting reserves that one key may have.
pub const WAITING_MAX: u32 = 10;

/// Where a reserve stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum ReserveState {
    Waiting,
    Executing,
    Done,
    Failed,
    Revoked,
}

named!(ReserveState);

impl ReserveState {
    /// The allowed transitions; every other one is a bug.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        use ReserveState::{Done, Executing, Failed, Revoked, Waiting};
        matches!(
            (self, next),
            (Waiting, Executing | Failed | Revoked) | (Executing, Done | Failed | Waiting)
        )
    }

    /// The number on the wire.
    #[must_use]
    pub const fn wire_status(self) -> i16 {
        match self {
            Self::Waiting | Self::Executing => 0,
            Self::Done => 1,
            Self::Revoked => 3,
            Self::Failed => -1,
        }
    }
}

/// A reserve as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserve {
    pub id: ReserveId,
    pub project_id: ProjectId,
    pub billing_key: BillingKeyId,
    pub order: Order,
    pub fingerprint: Fingerprint,
    pub seq: u32,
    pub state: ReserveState,
    pub requested_at: EpochMs,
    /// When the merchant wants it.
    pub execute_at: EpochMs,
    /// When it is due: later than `execute_at` while the bank takes no debits.
    pub due_at: EpochMs,
    pub started_at: Option<EpochMs>,
    pub finished_at: Option<EpochMs>,
    pub revoked_at: Option<EpochMs>,
    pub receipt_id: Option<ReceiptId>,
    pub failure: Option<Failure>,
}

impl Reserve {
    /// The transition from the present state to `to`.
    #[must_use]
    pub fn step(&self, to: ReserveState, at: EpochMs, actor: Actor) -> ReserveTransition {
        ReserveTransition {
            reserve_id: self.id,
            seq: self.seq + 1,
            from: self.state,
            to,
            at,
            actor,
            receipt_id: None,
            failure: None,
            again_at: None,
            note: "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_stays_ended_and_only_what_waits_is_revoked() {
        for state in ReserveState::ALL.iter().copied() {
            assert_eq!(ReserveState::from_name(state.name()), Some(state));
            let moves = ReserveState::ALL
                .iter()
                .copied()
                .filter(|next| state.may_become(*next))
                .count();
            assert_eq!(moves == 0, state.wire_status() != 0, "{state:?}");
            assert_eq!(state.may_become(ReserveState::Revoked), state == ReserveState::Waiting);
        }
    }
}
