//! The verdict ladder: how an unknown debit becomes paid, declined, voided, or a person's.
//!
//! Find it by its order id → net-cancel it while the PG still takes that → find it again, also after a quiet time in which a
//! late approval would have landed → verdict. Every rung is a row; nothing is decided from memory.

mod ladder;

pub use ladder::next_step;

use super::Debit;
use crate::change::MovePayment;
use crate::error::PgWords;
use crate::ids::ReceiptId;
use crate::time::EpochMs;

/// One question or act on the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Find,
    NetCancel,
    /// A cancel of a debit that was found paid after a net-cancel.
    Refund,
}

impl Act {
    pub const ALL: [Self; 3] = [Self::Find, Self::NetCancel, Self::Refund];

    /// Whether it can move money: then it is on disk before it is sent.
    #[must_use]
    pub const fn moves_money(self) -> bool {
        matches!(self, Self::NetCancel | Self::Refund)
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Find => "find",
            Self::NetCancel => "net_cancel",
            Self::Refund => "refund",
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RungOutcome {
    Paid(Debit),
    Failed(PgWords),
    Cancelled,
    NotThere,
    Refused(PgWords),
    Unknown,
    /// About to be sent: on disk before it leaves, so that nobody takes it for never tried.
    Sent,
}

impl RungOutcome {
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Paid(_) => "paid",
            Self::Failed(_) => "failed",
            Self::Cancelled => "cancelled",
            Self::NotThere => "not_there",
            Self::Refused(_) => "refused",
            Self::Unknown => "unknown",
            Self::Sent => "sent",
        }
    }
}

/// A rung that was climbed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    pub receipt_id: ReceiptId,
    /// From 1.
    pub number: u32,
    pub act: Act,
    pub at: EpochMs,
    pub outcome: RungOutcome,
}

/// The ladder's times.
#[derive(Debug, Clone, Copy)]
pub struct VerdictRules {
    /// Until when after the intent a net-cancel is sent: well inside the PG's hour.
    pub net_cancel_within_ms: u64,
    /// How long after the last word of ours a late approval is waited for.
    pub quiet_ms: u64,
    /// Since when the clock has gone on without a jump, as far as this process knows. Times that were written before may be of
    /// another clock: nothing is concluded from how long ago they are.
    pub steady_since: EpochMs,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Do(Act),
    Wait(EpochMs),
    Settle(Box<MovePayment>),
    /// It is settled, and the PG says the same, or was never asked to agree.
    Agreed,
    /// A person settled it, and the PG says otherwise: people are told, and the PG is asked again at this time.
    Contradicted(EpochMs),
}

/// How often the PG is asked about what only a person, or the PG after a long silence, can settle.
pub const SELDOM_MS: u64 = 60 * 60 * 1000;
/// No rung is due later than this from now: a time further ahead is of a clock that was wrong.
pub const FURTHEST_MS: u64 = 2 * SELDOM_MS;

/// Whether these rungs say that the PG never heard of the debit: nothing was found, and so nothing had to be undone.
#[must_use]
pub fn never_arrived(rungs: &[Rung]) -> bool {
    let is_news = |rung: &Rung| {
        rung.act == Act::Refund
            || matches!(
                rung.outcome,
                RungOutcome::Paid(_) | RungOutcome::Failed(_) | RungOutcome::Cancelled
            )
    };
    let last = rungs.last().map(|rung| (rung.act, &rung.outcome));
    last == Some((Act::Find, &RungOutcome::NotThere)) && !rungs.iter().any(is_news)
}
