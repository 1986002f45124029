//! The verdict ladder: how an unknown debit becomes paid, declined, voided, or a person's.
//!
//! Find it by its order id → net-cancel it while the PG still takes that → find it again, also after a quiet time in which a
//! late approval would have landed → verdict. Every rung is a row; nothing is decided from memory.

use std::borrow::Cow;

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
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Do(Act),
    Wait(EpochMs),
    Settle(Box<MovePayment>),
}

const FIRST_WAIT_MS: u64 = 500;
const LONGEST_WAIT_MS: u64 = 60_000;
/// Finds without an answer before the net-cancel is tried without one.
const UNKNOWN_FINDS: usize = 2;
/// The PG takes no net-cancel any more.
const NET_CANCEL_TOO_LATE: &str = "2020";
/// Finds without an answer, once it is too late for a net-cancel, before a person is asked.
const LAST_FINDS: usize = 5;
/// Refunds tried, once it is too late for a net-cancel, before a person is asked.
const LAST_REFUNDS: usize = 10;

/// Decides the next step from the rungs climbed so far.
#[must_use]
pub fn next_step(payment: &Payment, rungs: &[Rung], rules: VerdictRules, now: EpochMs) -> Step {
    let Some(last) = rungs.last() else {
        return Step::Do(Act::Find);
    };
    let answered = rungs.iter().filter(|rung| rung.outcome != RungOutcome::Sent).count();
    let wait_ms = (FIRST_WAIT_MS << answered.min(10)).min(LONGEST_WAIT_MS);
    let again_at = last.at.plus_ms(wait_ms);
    let in_time = now.since_ms(payment.requested_at) < rules.net_cancel_within_ms;
    let refunds = rungs.iter().filter(|rung| rung.act == Act::Refund).count();
    let was_net_cancelled = rungs.iter().any(|rung| rung.act == Act::NetCancel);
    match (&last.act, &last.outcome) {
        (_, RungOutcome::Paid(debit)) if !was_net_cancelled => {
            Step::Settle(Box::new(payment.paid(debit.clone(), Actor::Worker, now)))
        }
        // Approved after its net-cancel: the merchant was told that it is being undone.
        (Act::Find | Act::NetCancel, RungOutcome::Paid(_)) => Step::Do(Act::Refund),
        (Act::Refund, RungOutcome::Cancelled) => {
            Step::Settle(Box::new(voided(payment, now, "refunded after a late approval")))
        }
        (Act::Refund, _) if !in_time && refunds >= LAST_REFUNDS => Step::Settle(Box::new(needs_person(
            payment,
            now,
            "approved after its net-cancel, and not refunded",
        ))),
        (Act::Refund, _) => later(again_at, now, Step::Do(Act::Find)),
        (Act::Find, RungOutcome::Failed(words)) => {
            Step::Settle(Box::new(payment.declined(words.clone(), Actor::Worker, now)))
        }
        (Act::Find, RungOutcome::Cancelled) => Step::Settle(Box::new(voided(payment, now, "net-cancelled"))),
        (Act::Find, RungOutcome::NotThere) if is_quiet(payment, rungs, rules) => {
            Step::Settle(Box::new(voided(payment, now, "never arrived")))
        }
        (Act::Find, _) => after_a_find_without_news(payment, rungs, rules, now, again_at),
        // Whatever a net-cancel says, the PG is asked what became of the order.
        (Act::NetCancel, RungOutcome::Unknown | RungOutcome::Sent) => later(again_at, now, Step::Do(Act::Find)),
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
    let without_answer = rungs
        .iter()
        .rev()
        .take_while(|rung| rung.act == Act::Find && rung.outcome != RungOutcome::NotThere)
        .count();
    let is_settled = rungs.iter().any(is_settled_net_cancel);
    if in_time && !is_settled && (without_answer == 0 || without_answer >= UNKNOWN_FINDS) {
        let at = if rungs.len() == 1 { rungs[0].at } else { again_at };
        return later(at, now, Step::Do(Act::NetCancel));
    }
    if without_answer == 0 {
        // Not there: believed once it still is not there after the quiet time.
        return later(
            quiet_from(payment, rungs, rules).plus_ms(rules.quiet_ms).max(again_at),
            now,
            Step::Do(Act::Find),
        );
    }
    if !in_time && without_answer >= LAST_FINDS {
        return Step::Settle(Box::new(needs_person(payment, now, "the PG does not answer")));
    }
    later(again_at, now, Step::Do(Act::Find))
}

/// Whether a net-cancel was answered with something final: done, nothing there, or too late for one.
fn is_settled_net_cancel(rung: &Rung) -> bool {
    rung.act == Act::NetCancel
        && match &rung.outcome {
            RungOutcome::Cancelled | RungOutcome::NotThere => true,
            RungOutcome::Refused(words) => words.code == NET_CANCEL_TOO_LATE,
            RungOutcome::Paid(_) | RungOutcome::Failed(_) | RungOutcome::Unknown | RungOutcome::Sent => false,
        }
}

/// From when on nothing of ours can still change the debit: a net-cancel that was answered, else the end of their time.
fn quiet_from(payment: &Payment, rungs: &[Rung], rules: VerdictRules) -> EpochMs {
    let last_net_cancel = rungs
        .iter()
        .rev()
        .find(|rung| rung.act == Act::NetCancel)
        .map(|rung| rung.at);
    match last_net_cancel {
        Some(at) if rungs.iter().any(is_settled_net_cancel) => at,
        at => payment
            .requested_at
            .plus_ms(rules.net_cancel_within_ms)
            .max(at.unwrap_or(payment.requested_at)),
    }
}

/// Whether the last find came after the quiet time.
fn is_quiet(payment: &Payment, rungs: &[Rung], rules: VerdictRules) -> bool {
    let asked_at = rungs.last().map(|rung| rung.at);
    asked_at.is_some_and(|at| at >= quiet_from(payment, rungs, rules).plus_ms(rules.quiet_ms))
}

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

fn later(at: EpochMs, now: EpochMs, step: Step) -> Step {
    if now >= at { step } else { Step::Wait(at) }
}

fn voided(payment: &Payment, now: EpochMs, note: &'static str) -> MovePayment {
    let mut step = payment.step(State::Voided, now, Actor::Worker);
    step.failure = Some(Failure {
        code: ErrorCode::ConfirmCritical,
        pg: None,
    });
    step.note = Cow::Borrowed(note);
    step
}

fn needs_person(payment: &Payment, now: EpochMs, note: &'static str) -> MovePayment {
    let mut step = payment.step(State::NeedsPerson, now, Actor::Worker);
    step.note = Cow::Borrowed(note);
    step
}
