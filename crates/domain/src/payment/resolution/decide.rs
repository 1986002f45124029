//! The next step of a resolution, decided from the payment and the steps taken so far.

use std::borrow::Cow;

use super::super::{Payment, PaymentState};
use super::{
    NextStep, RECHECK_EVERY_MS, ResolutionAction as Action, ResolutionRules, ResolutionStep, StepOutcome as Outcome,
    Undoing,
};
use crate::error::ErrorCode;
use crate::payment::PaymentTransition;
use crate::time::EpochMs;
use crate::transition::{Actor, Failure};

pub(super) const FIRST_WAIT_MS: u64 = 500;
const LONGEST_WAIT_MS: u64 = 60_000;
/// Finds without an answer before the net-cancel is tried without one.
const UNKNOWN_FINDS: usize = 2;
/// Questions or net-cancels without an answer, once their time is over, before a person is asked.
const LAST_TRIES: usize = 5;
/// Refunds tried, once the time to undo is over, before a person is asked.
const LAST_REFUNDS: usize = 10;

/// Everything that a decision looks at.
pub(super) struct Resolution<'a> {
    pub payment: &'a Payment,
    steps: &'a [ResolutionStep],
    pub last: &'a ResolutionStep,
    pub rules: ResolutionRules,
    pub now: EpochMs,
}

/// Decides the next step from the steps taken so far. `resolved_by` is who made the payment's last transition.
#[must_use]
pub fn next_step(
    payment: &Payment,
    steps: &[ResolutionStep],
    rules: ResolutionRules,
    resolved_by: Actor,
    now: EpochMs,
) -> NextStep {
    let Some(last) = steps.last() else {
        return NextStep::Do(Action::Find);
    };
    let resolution = Resolution {
        payment,
        steps,
        last,
        rules,
        now,
    };
    match payment.state {
        PaymentState::Intended | PaymentState::InDoubt | PaymentState::NeedsReview => resolution.without_verdict(),
        PaymentState::Voided | PaymentState::Declined => resolution.recheck_nothing_moved(resolved_by),
        PaymentState::Paid if resolved_by == Actor::Person => resolution.recheck_paid(),
        PaymentState::Paid | PaymentState::PartlyCancelled | PaymentState::Cancelled => NextStep::Agreed,
    }
}

impl Resolution<'_> {
    fn without_verdict(&self) -> NextStep {
        let (payment, now) = (self.payment, self.now);
        match (&self.last.action, &self.last.outcome) {
            (_, Outcome::Paid(debit)) if !self.was_net_cancelled() => {
                NextStep::Finish(Box::new(payment.paid(debit.clone(), Actor::Worker, now)))
            }
            // Approved after its net-cancel: the merchant was told that it is being undone.
            (Action::Find | Action::NetCancel, Outcome::Paid(_)) => NextStep::Do(Action::Refund),
            (Action::Refund, Outcome::Cancelled) => {
                NextStep::Finish(Box::new(voided(payment, now, "refunded after a late approval")))
            }
            (Action::Refund, _) if self.are_refunds_over() => {
                self.person("approved after its net-cancel, and not refunded", Action::Find)
            }
            (Action::Refund, _) => self.later(self.again_at(), Action::Find),
            (Action::Find, Outcome::Failed(decline)) => {
                NextStep::Finish(Box::new(payment.declined(decline.clone(), Actor::Worker, now)))
            }
            (Action::Find, Outcome::Cancelled) => NextStep::Finish(Box::new(voided(payment, now, "net-cancelled"))),
            (Action::Find, Outcome::NotThere) if self.is_absence_proven() => self.never_arrived(),
            (Action::Find, _) if matches!(self.rules.undoing, Undoing::Looking { .. }) => self.look_on(),
            (Action::Find, Outcome::NotThere) if self.is_quiet() && self.is_too_late_for_what_is_not_there() => {
                self.person("not found, and too late for a net-cancel", Action::Find)
            }
            (Action::Find, Outcome::NotThere) if self.is_quiet() && self.is_net_cancel_settled() => {
                self.never_arrived()
            }
            (Action::Find, _) => self.after_a_find_without_news(),
            // Whatever a net-cancel says, the PG is asked what became of the order.
            (Action::NetCancel, Outcome::Unknown | Outcome::Sent) => self.later(self.again_at(), Action::Find),
            (Action::NetCancel, _) => NextStep::Do(Action::Find),
        }
    }

    fn never_arrived(&self) -> NextStep {
        let mut step = voided(self.payment, self.now, "never arrived");
        // What is found after all is given back.
        step.look_up_at = Some(self.recheck_at()).filter(|at| *at > self.now);
        NextStep::Finish(Box::new(step))
    }

    fn after_a_find_without_news(&self) -> NextStep {
        let without_answer = self
            .steps
            .iter()
            .rev()
            .take_while(|step| step.action == Action::Find && step.outcome != Outcome::NotThere)
            .count();
        let asked_enough = without_answer == 0 || without_answer >= UNKNOWN_FINDS;
        if !self.is_net_cancel_settled() && asked_enough {
            // Also when it is late: what it is refused with says whether the PG has the debit.
            if !self.is_in_time() && self.count(Action::NetCancel) >= LAST_TRIES {
                return self.person("the PG does not answer", Action::NetCancel);
            }
            let at = if self.steps.len() == 1 {
                self.sane(self.last.at)
            } else {
                self.again_at()
            };
            return self.later(at, Action::NetCancel);
        }
        if without_answer == 0 {
            // Not there: believed once it still is not there after the quiet time.
            let quiet = self.quiet_from().plus_ms(self.rules.quiet_ms);
            return self.later(quiet.max(self.again_at()), Action::Find);
        }
        if !self.is_in_time() && without_answer >= LAST_TRIES {
            return self.person("the PG does not answer", Action::Find);
        }
        self.later(self.again_at(), Action::Find)
    }

    /// A person is asked; where one is asked already, the PG is asked too, seldom.
    pub(super) fn person(&self, why: &'static str, meanwhile: Action) -> NextStep {
        if self.payment.state == PaymentState::NeedsReview {
            return self.later(self.seldom(), meanwhile);
        }
        let mut step = self
            .payment
            .transition(PaymentState::NeedsReview, self.now, Actor::Worker);
        step.note = Cow::Borrowed(why);
        NextStep::Finish(Box::new(step))
    }

    /// No money moved, it was said: then nothing may be found later. What is, is given back where that was our verdict.
    fn recheck_nothing_moved(&self, resolved_by: Actor) -> NextStep {
        match (&self.last.action, &self.last.outcome) {
            (_, Outcome::Paid(_)) if resolved_by == Actor::Person || self.are_refunds_over() => self.contradicted(),
            (_, Outcome::Paid(_)) => NextStep::Do(Action::Refund),
            (Action::Refund, Outcome::Cancelled) | (Action::Find, Outcome::Cancelled | Outcome::Failed(_)) => {
                NextStep::Agreed
            }
            (Action::Find, Outcome::NotThere) if self.last.at >= self.recheck_at() => NextStep::Agreed,
            (Action::Find, Outcome::NotThere) => self.later(self.recheck_at(), Action::Find),
            (Action::Refund, _) => self.later(self.again_at(), Action::Find),
            (Action::Find | Action::NetCancel, _) => self.later(self.seldom(), Action::Find),
        }
    }

    /// Paid, a person said while the PG was silent.
    fn recheck_paid(&self) -> NextStep {
        match (&self.last.action, &self.last.outcome) {
            (Action::Find, Outcome::Paid(debit)) => {
                let ours = self.payment.debit.as_ref().map(|debit| &debit.tid);
                if ours != Some(&debit.tid) {
                    self.contradicted()
                } else if self.is_quiet() {
                    NextStep::Agreed
                } else {
                    // A net-cancel may still land.
                    self.later(self.seldom(), Action::Find)
                }
            }
            (Action::Find, Outcome::NotThere | Outcome::Failed(_) | Outcome::Cancelled) => self.contradicted(),
            _ => self.later(self.seldom(), Action::Find),
        }
    }

    fn contradicted(&self) -> NextStep {
        match self.later(self.seldom(), Action::Find) {
            NextStep::Wait(at) => NextStep::Contradicted(at),
            again => again,
        }
    }

    pub(super) fn later(&self, at: EpochMs, act: Action) -> NextStep {
        if self.now >= at {
            NextStep::Do(act)
        } else {
            NextStep::Wait(at)
        }
    }

    /// A time that is still to come was written by a clock that was wrong; what it stands for is over since the jump at the latest.
    pub(super) fn sane(&self, at: EpochMs) -> EpochMs {
        if at > self.now {
            self.rules.steady_since.min(self.now)
        } else {
            at
        }
    }

    fn again_at(&self) -> EpochMs {
        let answered = self.steps.iter().filter(|step| step.outcome != Outcome::Sent).count();
        let wait_ms = (FIRST_WAIT_MS << answered.min(10)).min(LONGEST_WAIT_MS);
        self.sane(self.last.at).plus_ms(wait_ms)
    }

    fn seldom(&self) -> EpochMs {
        self.sane(self.last.at).plus_ms(RECHECK_EVERY_MS)
    }

    /// When even the latest approval must have landed.
    fn recheck_at(&self) -> EpochMs {
        let after_ms = match self.rules.undoing {
            Undoing::NetCancel { within_ms } => within_ms,
            Undoing::Looking { doubt_ms, absence_ms } => doubt_ms.max(absence_ms.unwrap_or(0)),
        };
        let after_ms = after_ms.saturating_add(self.rules.quiet_ms);
        self.sane(self.payment.requested_at).plus_ms(after_ms)
    }

    fn is_in_time(&self) -> bool {
        self.now.since_ms(self.payment.requested_at) < self.rules.undoing.patience_ms()
    }

    /// How often it was tried. A try has a step before it is sent and one after it, unless its process died in between.
    fn count(&self, act: Action) -> usize {
        let its = || self.steps.iter().filter(|step| step.action == act);
        let sent = its().filter(|step| step.outcome == Outcome::Sent).count();
        sent.max(its().count() - sent)
    }

    fn are_refunds_over(&self) -> bool {
        !self.is_in_time() && self.count(Action::Refund) >= LAST_REFUNDS
    }

    fn was_net_cancelled(&self) -> bool {
        self.steps.iter().any(|step| step.action == Action::NetCancel)
    }

    /// Whether a net-cancel was answered with something final: done, nothing there, or too late for one; once it is late, whatever
    /// it is refused with.
    fn is_net_cancel_settled(&self) -> bool {
        let is_late =
            |step: &ResolutionStep| step.at.since_ms(self.payment.requested_at) >= self.rules.undoing.patience_ms();
        self.steps
            .iter()
            .filter(|step| step.action == Action::NetCancel)
            .any(|step| match step.outcome {
                Outcome::Cancelled | Outcome::NotThere => true,
                Outcome::Refused { is_too_late, .. } => is_too_late || is_late(step),
                Outcome::Paid(_) | Outcome::Failed(_) | Outcome::Unknown | Outcome::Sent => false,
            })
    }

    /// The PG refused a net-cancel as too late, which it says only of a debit that it has.
    fn is_too_late_for_what_is_not_there(&self) -> bool {
        let net_cancels = || self.steps.iter().filter(|step| step.action == Action::NetCancel);
        let too_late = |step: &ResolutionStep| matches!(step.outcome, Outcome::Refused { is_too_late: true, .. });
        let undone = |step: &ResolutionStep| matches!(step.outcome, Outcome::Cancelled | Outcome::NotThere);
        net_cancels().any(too_late) && !net_cancels().any(undone)
    }

    /// From when on nothing of ours can still change the debit: a net-cancel that was answered, else the end of their time.
    fn quiet_from(&self) -> EpochMs {
        let net_cancel = self.steps.iter().rev().find(|step| step.action == Action::NetCancel);
        let at = match net_cancel {
            Some(step) if self.is_net_cancel_settled() => self.sane(step.at),
            other => {
                let end = self
                    .sane(self.payment.requested_at)
                    .plus_ms(self.rules.undoing.patience_ms());
                other.map_or(end, |step| end.max(self.sane(step.at)))
            }
        };
        at.max(self.rules.steady_since)
    }

    /// Whether the last find came after the quiet time.
    fn is_quiet(&self) -> bool {
        self.last.at <= self.now && self.last.at >= self.quiet_from().plus_ms(self.rules.quiet_ms)
    }
}

fn voided(payment: &Payment, now: EpochMs, note: &'static str) -> PaymentTransition {
    let mut step = payment.transition(PaymentState::Voided, now, Actor::Worker);
    step.failure = Some(Failure {
        code: ErrorCode::ConfirmCritical,
        pg: None,
    });
    step.note = Cow::Borrowed(note);
    step
}
