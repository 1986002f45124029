//! The next step on the ladder, decided from the payment and the rungs climbed so far.

use std::borrow::Cow;

use super::super::{Payment, State};
use super::{Act, Rung, RungOutcome, SELDOM_MS, Step, VerdictRules};
use crate::change::{Actor, Failure, MovePayment};
use crate::error::ErrorCode;
use crate::time::EpochMs;

const FIRST_WAIT_MS: u64 = 500;
const LONGEST_WAIT_MS: u64 = 60_000;
/// Finds without an answer before the net-cancel is tried without one.
const UNKNOWN_FINDS: usize = 2;
/// The PG takes no net-cancel any more.
const NET_CANCEL_TOO_LATE: &str = "2020";
/// Questions or net-cancels without an answer, once it is too late for a net-cancel, before a person is asked.
const LAST_TRIES: usize = 5;
/// Refunds tried, once it is too late for a net-cancel, before a person is asked.
const LAST_REFUNDS: usize = 10;

/// Everything that a decision looks at.
struct Ladder<'a> {
    payment: &'a Payment,
    rungs: &'a [Rung],
    last: &'a Rung,
    rules: VerdictRules,
    now: EpochMs,
}

/// Decides the next step from the rungs climbed so far. `settled_by` is who made the payment's last transition.
#[must_use]
pub fn next_step(payment: &Payment, rungs: &[Rung], rules: VerdictRules, settled_by: Actor, now: EpochMs) -> Step {
    let Some(last) = rungs.last() else {
        return Step::Do(Act::Find);
    };
    let ladder = Ladder {
        payment,
        rungs,
        last,
        rules,
        now,
    };
    match payment.state {
        State::Intended | State::InDoubt | State::NeedsPerson => ladder.without_verdict(),
        State::Voided | State::Declined => ladder.recheck_nothing_moved(settled_by),
        State::Paid if settled_by == Actor::Person => ladder.recheck_paid(),
        State::Paid | State::PartlyCancelled | State::Cancelled => Step::Agreed,
    }
}

impl Ladder<'_> {
    fn without_verdict(&self) -> Step {
        let (payment, now) = (self.payment, self.now);
        match (&self.last.act, &self.last.outcome) {
            (_, RungOutcome::Paid(debit)) if !self.was_net_cancelled() => {
                Step::Settle(Box::new(payment.paid(debit.clone(), Actor::Worker, now)))
            }
            // Approved after its net-cancel: the merchant was told that it is being undone.
            (Act::Find | Act::NetCancel, RungOutcome::Paid(_)) => Step::Do(Act::Refund),
            (Act::Refund, RungOutcome::Cancelled) => {
                Step::Settle(Box::new(voided(payment, now, "refunded after a late approval")))
            }
            (Act::Refund, _) if !self.is_in_time() && self.count(Act::Refund) >= LAST_REFUNDS => {
                self.person("approved after its net-cancel, and not refunded", Act::Find)
            }
            (Act::Refund, _) => self.later(self.again_at(), Act::Find),
            (Act::Find, RungOutcome::Failed(words)) => {
                Step::Settle(Box::new(payment.declined(words.clone(), Actor::Worker, now)))
            }
            (Act::Find, RungOutcome::Cancelled) => Step::Settle(Box::new(voided(payment, now, "net-cancelled"))),
            (Act::Find, RungOutcome::NotThere) if self.is_quiet() && self.is_too_late_for_what_is_not_there() => {
                self.person("not found, and too late for a net-cancel", Act::Find)
            }
            (Act::Find, RungOutcome::NotThere) if self.is_quiet() && self.is_net_cancel_settled() => {
                let mut step = voided(payment, now, "never arrived");
                // What is found after all is given back.
                step.look_up_at = Some(self.recheck_at()).filter(|at| *at > now);
                Step::Settle(Box::new(step))
            }
            (Act::Find, _) => self.after_a_find_without_news(),
            // Whatever a net-cancel says, the PG is asked what became of the order.
            (Act::NetCancel, RungOutcome::Unknown | RungOutcome::Sent) => self.later(self.again_at(), Act::Find),
            (Act::NetCancel, _) => Step::Do(Act::Find),
        }
    }

    fn after_a_find_without_news(&self) -> Step {
        let without_answer = self
            .rungs
            .iter()
            .rev()
            .take_while(|rung| rung.act == Act::Find && rung.outcome != RungOutcome::NotThere)
            .count();
        let asked_enough = without_answer == 0 || without_answer >= UNKNOWN_FINDS;
        if !self.is_net_cancel_settled() && asked_enough {
            // Also when it is late: what it is refused with says whether the PG has the debit.
            if !self.is_in_time() && self.count(Act::NetCancel) >= LAST_TRIES {
                return self.person("the PG does not answer", Act::NetCancel);
            }
            let at = if self.rungs.len() == 1 {
                self.sane(self.last.at)
            } else {
                self.again_at()
            };
            return self.later(at, Act::NetCancel);
        }
        if without_answer == 0 {
            // Not there: believed once it still is not there after the quiet time.
            let quiet = self.quiet_from().plus_ms(self.rules.quiet_ms);
            return self.later(quiet.max(self.again_at()), Act::Find);
        }
        if !self.is_in_time() && without_answer >= LAST_TRIES {
            return self.person("the PG does not answer", Act::Find);
        }
        self.later(self.again_at(), Act::Find)
    }

    /// A person is asked; where one is asked already, the PG is asked too, seldom.
    fn person(&self, why: &'static str, meanwhile: Act) -> Step {
        if self.payment.state == State::NeedsPerson {
            return self.later(self.seldom(), meanwhile);
        }
        let mut step = self.payment.step(State::NeedsPerson, self.now, Actor::Worker);
        step.note = Cow::Borrowed(why);
        Step::Settle(Box::new(step))
    }

    /// No money moved, it was said: then nothing may be found later. What is, is given back where that was our verdict.
    fn recheck_nothing_moved(&self, settled_by: Actor) -> Step {
        match (&self.last.act, &self.last.outcome) {
            (_, RungOutcome::Paid(_)) if settled_by == Actor::Person => self.contradicted(),
            (_, RungOutcome::Paid(_)) => Step::Do(Act::Refund),
            (Act::Refund, RungOutcome::Cancelled) | (Act::Find, RungOutcome::Cancelled | RungOutcome::Failed(_)) => {
                Step::Agreed
            }
            (Act::Find, RungOutcome::NotThere) if self.last.at >= self.recheck_at() => Step::Agreed,
            (Act::Find, RungOutcome::NotThere) => self.later(self.recheck_at(), Act::Find),
            (Act::Refund, _) => self.later(self.again_at(), Act::Find),
            (Act::Find | Act::NetCancel, _) => self.later(self.seldom(), Act::Find),
        }
    }

    /// Paid, a person said while the PG was silent.
    fn recheck_paid(&self) -> Step {
        match (&self.last.act, &self.last.outcome) {
            (Act::Find, RungOutcome::Paid(debit)) => {
                let ours = self.payment.debit.as_ref().map(|debit| &debit.tid);
                if ours == Some(&debit.tid) {
                    Step::Agreed
                } else {
                    self.contradicted()
                }
            }
            (Act::Find, RungOutcome::NotThere | RungOutcome::Failed(_) | RungOutcome::Cancelled) => self.contradicted(),
            _ => self.later(self.seldom(), Act::Find),
        }
    }

    fn contradicted(&self) -> Step {
        match self.later(self.seldom(), Act::Find) {
            Step::Wait(at) => Step::Contradicted(at),
            again => again,
        }
    }

    fn later(&self, at: EpochMs, act: Act) -> Step {
        if self.now >= at { Step::Do(act) } else { Step::Wait(at) }
    }

    /// A time that is still to come was written by a clock that was wrong; what it stands for is over since the jump at the latest.
    fn sane(&self, at: EpochMs) -> EpochMs {
        if at > self.now {
            self.rules.steady_since.min(self.now)
        } else {
            at
        }
    }

    fn again_at(&self) -> EpochMs {
        let answered = self
            .rungs
            .iter()
            .filter(|rung| rung.outcome != RungOutcome::Sent)
            .count();
        let wait_ms = (FIRST_WAIT_MS << answered.min(10)).min(LONGEST_WAIT_MS);
        self.sane(self.last.at).plus_ms(wait_ms)
    }

    fn seldom(&self) -> EpochMs {
        self.sane(self.last.at).plus_ms(SELDOM_MS)
    }

    /// When even the latest approval must have landed.
    fn recheck_at(&self) -> EpochMs {
        let after_ms = self.rules.net_cancel_within_ms.saturating_add(self.rules.quiet_ms);
        self.sane(self.payment.requested_at).plus_ms(after_ms)
    }

    fn is_in_time(&self) -> bool {
        self.now.since_ms(self.payment.requested_at) < self.rules.net_cancel_within_ms
    }

    /// How often it was tried. A try has a rung before it is sent and one after it, unless its process died in between.
    fn count(&self, act: Act) -> usize {
        let its = || self.rungs.iter().filter(|rung| rung.act == act);
        let sent = its().filter(|rung| rung.outcome == RungOutcome::Sent).count();
        sent.max(its().count() - sent)
    }

    fn was_net_cancelled(&self) -> bool {
        self.rungs.iter().any(|rung| rung.act == Act::NetCancel)
    }

    /// Whether a net-cancel was answered with something final: done, nothing there, or too late for one; once it is late, whatever
    /// it is refused with.
    fn is_net_cancel_settled(&self) -> bool {
        let is_late = |rung: &Rung| rung.at.since_ms(self.payment.requested_at) >= self.rules.net_cancel_within_ms;
        self.rungs
            .iter()
            .filter(|rung| rung.act == Act::NetCancel)
            .any(|rung| match rung.outcome {
                RungOutcome::Cancelled | RungOutcome::NotThere => true,
                RungOutcome::Refused(_) => is_too_late(rung) || is_late(rung),
                RungOutcome::Paid(_) | RungOutcome::Failed(_) | RungOutcome::Unknown | RungOutcome::Sent => false,
            })
    }

    /// The PG refused a net-cancel as too late, which it says only of a debit that it has.
    fn is_too_late_for_what_is_not_there(&self) -> bool {
        let net_cancels = || self.rungs.iter().filter(|rung| rung.act == Act::NetCancel);
        let undone = |rung: &Rung| matches!(rung.outcome, RungOutcome::Cancelled | RungOutcome::NotThere);
        net_cancels().any(is_too_late) && !net_cancels().any(undone)
    }

    /// From when on nothing of ours can still change the debit: a net-cancel that was answered, else the end of their time.
    fn quiet_from(&self) -> EpochMs {
        let net_cancel = self.rungs.iter().rev().find(|rung| rung.act == Act::NetCancel);
        let at = match net_cancel {
            Some(rung) if self.is_net_cancel_settled() => self.sane(rung.at),
            other => {
                let end = self
                    .sane(self.payment.requested_at)
                    .plus_ms(self.rules.net_cancel_within_ms);
                other.map_or(end, |rung| end.max(self.sane(rung.at)))
            }
        };
        at.max(self.rules.steady_since)
    }

    /// Whether the last find came after the quiet time.
    fn is_quiet(&self) -> bool {
        self.last.at <= self.now && self.last.at >= self.quiet_from().plus_ms(self.rules.quiet_ms)
    }
}

fn is_too_late(rung: &Rung) -> bool {
    matches!(&rung.outcome, RungOutcome::Refused(words) if words.code == NET_CANCEL_TOO_LATE)
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
