//! The verdict ladder: how an unknown debit becomes paid, declined, voided, or a person's.
//!
//! Find it by its order id → net-cancel it while the PG still takes that → find it again, also after a quiet time in which a
//! late approval would have landed → verdict. Every rung is a row; nothing is decided from memory.

use super::{Debit, Payment, State};
use crate::change::{Actor, Failure, MovePayment};
use crate::error::{ErrorCode, PgWords};
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
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Do(Act),
    Wait(EpochMs),
    Settle(MovePayment),
}

const FIRST_WAIT_MS: u64 = 500;
const LONGEST_WAIT_MS: u64 = 60_000;
/// Finds without an answer before the net-cancel is tried without one.
const UNKNOWN_FINDS: usize = 2;

/// Decides the next step from the rungs climbed so far.
#[must_use]
pub fn next_step(payment: &Payment, rungs: &[Rung], rules: VerdictRules, now: EpochMs) -> Step {
    let Some(last) = rungs.last() else {
        return Step::Do(Act::Find);
    };
    let wait_ms = (FIRST_WAIT_MS << rungs.len().min(10)).min(LONGEST_WAIT_MS);
    let again_at = last.at.plus_ms(wait_ms);
    let in_time = now.since_ms(payment.requested_at) < rules.net_cancel_within_ms;
    let net_cancels = rungs.iter().filter(|rung| rung.act == Act::NetCancel).count();
    match (&last.act, &last.outcome) {
        (_, RungOutcome::Paid(debit)) if net_cancels == 0 => {
            Step::Settle(payment.paid(debit.clone(), Actor::Worker, now))
        }
        (Act::Find | Act::NetCancel, RungOutcome::Paid(_)) => Step::Do(Act::Refund),
        (Act::Refund, RungOutcome::Cancelled) => Step::Settle(voided(payment, now, "refunded after a late approval")),
        (Act::Refund, _) => later(again_at, now, Step::Do(Act::Find)),
        (Act::Find, RungOutcome::Failed(words)) => Step::Settle(payment.declined(words.clone(), Actor::Worker, now)),
        (Act::Find, RungOutcome::Cancelled) => Step::Settle(voided(payment, now, "net-cancelled")),
        (Act::Find, RungOutcome::NotThere) if is_quiet(rungs, rules) => {
            Step::Settle(voided(payment, now, "never arrived"))
        }
        (Act::Find, RungOutcome::NotThere | RungOutcome::Unknown | RungOutcome::Refused(_)) => {
            after_a_find_without_news(payment, rungs, rules, now, again_at)
        }
        // Whatever a net-cancel says, the PG is asked what became of the order.
        (Act::NetCancel, RungOutcome::Unknown) => later(again_at, now, Step::Do(Act::Find)),
        (Act::NetCancel, _) if in_time || net_cancels > 0 => Step::Do(Act::Find),
        (Act::NetCancel, _) => Step::Do(Act::Find),
    }
}

fn after_a_find_without_news(
    payment: &Payment,
    rungs: &[Rung],
    rules: VerdictRules,
    now: EpochMs,
    again_at: EpochMs,
) -> Step {
    let in_time = now.since_ms(payment.requested_at) < rules.net_cancel_within_ms;
    let unknown_in_a_row = rungs
        .iter()
        .rev()
        .take_while(|rung| rung.outcome == RungOutcome::Unknown && rung.act == Act::Find)
        .count();
    let is_known = unknown_in_a_row == 0;
    let net_cancel_settled = rungs
        .iter()
        .any(|rung| rung.act == Act::NetCancel && rung.outcome != RungOutcome::Unknown);
    if in_time && !net_cancel_settled && (is_known || unknown_in_a_row >= UNKNOWN_FINDS) {
        return later(
            if rungs.len() < 2 { rungs[0].at } else { again_at },
            now,
            Step::Do(Act::NetCancel),
        );
    }
    if net_cancel_settled && is_known {
        let quiet_until = last_word(rungs).plus_ms(rules.quiet_ms);
        return later(quiet_until.max(again_at), now, Step::Do(Act::Find));
    }
    if !in_time {
        return Step::Settle(payment.step(State::NeedsPerson, now, Actor::Worker));
    }
    later(again_at, now, Step::Do(Act::Find))
}

/// When something of ours last reached out to change the debit.
fn last_word(rungs: &[Rung]) -> EpochMs {
    rungs
        .iter()
        .rev()
        .find(|rung| rung.act == Act::NetCancel)
        .map_or(rungs[0].at, |rung| rung.at)
}

/// Whether the last find came after a settled net-cancel and the quiet time behind it.
fn is_quiet(rungs: &[Rung], rules: VerdictRules) -> bool {
    let settled = rungs
        .iter()
        .any(|rung| rung.act == Act::NetCancel && rung.outcome != RungOutcome::Unknown);
    let asked_at = rungs.last().map(|rung| rung.at);
    settled && asked_at.is_some_and(|at| at >= last_word(rungs).plus_ms(rules.quiet_ms))
}

fn later(at: EpochMs, now: EpochMs, step: Step) -> Step {
    if now >= at { step } else { Step::Wait(at) }
}

fn voided(payment: &Payment, now: EpochMs, note: &'static str) -> MovePayment {
    let mut step = payment.step(State::Voided, now, Actor::Worker);
    step.failure = Some(Failure {
        code: ErrorCode::ConfirmCritical,
        pg: None,
    });
    step.note = note;
    step
}

/// Whether a state is a verdict.
#[must_use]
pub fn settled(state: State) -> bool {
    !state.awaits_verdict()
}
