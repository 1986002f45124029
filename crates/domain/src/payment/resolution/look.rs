//! The resolution at a PG that takes no net-cancel: nothing can be done but look.

use super::decide::{FIRST_WAIT_MS, Resolution};
use super::{NextStep, ResolutionAction, Undoing};

/// Between two looks.
const LONGEST_LOOK_MS: u64 = 30 * 60_000;

impl Resolution<'_> {
    /// Without a net-cancel there is nothing to do but look again, until no debit can come any more; then a person is told, and it is
    /// looked for all the same.
    pub(super) fn look_on(&self) -> NextStep {
        // A person may be told too early; a process that starts often must not put that off for ever.
        let asked_at = self.sane(self.payment.requested_at);
        let is_over = self.now.since_ms(asked_at) >= self.rules.undoing.patience_ms();
        if is_over && self.last.at >= asked_at.plus_ms(self.rules.undoing.patience_ms()) {
            return self.person(
                "the PG has no outcome of it, and takes no net-cancel",
                ResolutionAction::Find,
            );
        }
        // As long again as it is old.
        let wait_ms = self
            .sane(self.last.at)
            .since_ms(asked_at)
            .clamp(FIRST_WAIT_MS, LONGEST_LOOK_MS);
        self.later(self.sane(self.last.at).plus_ms(wait_ms), ResolutionAction::Find)
    }

    /// Whether the PG names a time after which what is not there was never made, and the last look was after it.
    pub(super) fn is_absence_proven(&self) -> bool {
        let Undoing::Looking {
            absence_ms: Some(absence_ms),
            ..
        } = self.rules.undoing
        else {
            return false;
        };
        let asked_at = self.sane(self.payment.requested_at).max(self.rules.steady_since);
        self.last.at <= self.now && self.last.at >= asked_at.plus_ms(absence_ms)
    }
}
