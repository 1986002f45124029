//! The resolution: how an unknown debit becomes paid, declined, voided, or a person's.
//!
//! Find it by its order id → net-cancel it while the PG still takes that → find it again, also after a quiet time in which a
//! late approval would have landed → verdict. A PG without a net-cancel is only asked, ever more seldom: what is there is paid, what
//! is not is believed when the PG names a time for that, and otherwise a person's. Every step is a row; nothing is decided from
//! memory.

mod decide;
mod look;

pub use decide::next_step;

use super::{Debit, Decline};
use crate::error::PgMessage;
use crate::ids::ReceiptId;
use crate::payment::PaymentTransition;
use crate::time::EpochMs;

/// What is asked or done in a resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray, strum::EnumString)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum ResolutionAction {
    Find,
    NetCancel,
    /// A cancel of a debit that was found paid after a net-cancel.
    Refund,
}

named!(ResolutionAction);

impl ResolutionAction {
    /// Whether it can move money: then it is on disk before it is sent.
    #[must_use]
    pub const fn moves_money(self) -> bool {
        matches!(self, Self::NetCancel | Self::Refund)
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepOutcome {
    Paid(Debit),
    Failed(Decline),
    Cancelled,
    NotThere,
    /// Not done. `is_too_late`: a net-cancel for which the PG's time is over, which it says only of a debit that it has.
    Refused {
        pg: PgMessage,
        is_too_late: bool,
    },
    Unknown,
    /// About to be sent: on disk before it leaves, so that nobody takes it for never tried.
    Sent,
}

impl StepOutcome {
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Paid(_) => "paid",
            Self::Failed(_) => "failed",
            Self::Cancelled => "cancelled",
            Self::NotThere => "not_there",
            Self::Refused { .. } => "refused",
            Self::Unknown => "unknown",
            Self::Sent => "sent",
        }
    }
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolutionStep {
    pub receipt_id: ReceiptId,
    /// From 1.
    pub number: u32,
    pub action: ResolutionAction,
    pub at: EpochMs,
    pub outcome: StepOutcome,
}

/// The resolution's times, by what the PG can do.
#[derive(Debug, Clone, Copy)]
pub struct ResolutionRules {
    /// How it is made certain that nothing was debited.
    pub undoing: Undoing,
    /// How long after the last word of ours a late approval is waited for.
    pub quiet_ms: u64,
    /// Since when the clock has gone on without a jump, as far as this process knows. Times that were written before may be of
    /// another clock: nothing is concluded from how long ago they are.
    pub steady_since: EpochMs,
}

/// How it is made certain that a debit without an answer was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undoing {
    /// It is net-cancelled. So long after the intent the PG is sure to take that: well inside its own time. One that has no answer
    /// yet is sent later too, a few times, for what it is refused with says whether the PG has the debit.
    NetCancel { within_ms: u64 },
    /// The PG takes no net-cancel: it is only looked for.
    Looking {
        /// How long after the intent a debit may still come about; whoever is in doubt then is a person's.
        doubt_ms: u64,
        /// How long after the intent it is believed that what is not there was not made; `None`: never.
        absence_ms: Option<u64>,
    },
}

impl Undoing {
    /// How long after the intent something is tried without asking a person.
    #[must_use]
    pub const fn patience_ms(self) -> u64 {
        match self {
            Self::NetCancel { within_ms } => within_ms,
            Self::Looking { doubt_ms, .. } => doubt_ms,
        }
    }
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    Do(ResolutionAction),
    Wait(EpochMs),
    Finish(Box<PaymentTransition>),
    /// It is resolved, and the PG says the same, or was never asked to agree.
    Agreed,
    /// It is resolved, and the PG says otherwise: people are told, and the PG is asked again at this time. A person resolved it so,
    /// or what was debited all the same could not be given back.
    Contradicted(EpochMs),
}

/// How often the PG is asked about what only a person, or the PG after a long silence, can settle.
pub const RECHECK_EVERY_MS: u64 = 60 * 60 * 1000;
/// No step is due later than this from now: a time further ahead is of a clock that was wrong.
pub const FURTHEST_MS: u64 = 2 * RECHECK_EVERY_MS;

/// Whether these steps say that the PG never heard of the debit: nothing was found, and so nothing had to be undone.
#[must_use]
pub fn never_arrived(steps: &[ResolutionStep]) -> bool {
    let is_news = |step: &ResolutionStep| {
        step.action == ResolutionAction::Refund
            || matches!(
                step.outcome,
                StepOutcome::Paid(_) | StepOutcome::Failed(_) | StepOutcome::Cancelled
            )
    };
    let last = steps.last().map(|step| (step.action, &step.outcome));
    last == Some((ResolutionAction::Find, &StepOutcome::NotThere)) && !steps.iter().any(is_news)
}
