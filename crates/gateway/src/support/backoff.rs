//! A worker whose way to the store is blocked, as by a full disk: it looks less often, and tells of it when that begins and
//! when it is over, not each time.

use std::fmt::Display;

/// As long as that may the next look take after room was made, or a new primary is there: a node is ready when its workers go on.
const PAUSE_MAX_MS: u64 = 2_000;

/// How a worker's turns have gone.
pub struct Backoff {
    /// The work, for the log.
    what: &'static str,
    /// Turns in a row that failed.
    failed: u32,
    has_failed: bool,
}

impl Backoff {
    pub fn of(what: &'static str) -> Self {
        Self {
            what,
            failed: 0,
            has_failed: false,
        }
    }

    /// Something in this turn failed.
    pub fn note(&mut self, error: &dyn Display) {
        if self.failed == 0 && !self.has_failed {
            tracing::warn!(%error, worker = self.what, "a worker cannot go on; it tries again, less and less often");
        }
        self.has_failed = true;
    }

    /// Ends the turn: after how long the next one is, `usual_ms` when all is well.
    pub fn pause_ms(&mut self, usual_ms: u64) -> u64 {
        if std::mem::take(&mut self.has_failed) {
            self.failed = self.failed.saturating_add(1);
        } else if self.failed > 0 {
            tracing::info!(worker = self.what, turns = self.failed, "a worker goes on again");
            self.failed = 0;
        }
        let longer = usual_ms.saturating_mul(1 << self.failed.min(16));
        longer.min(PAUSE_MAX_MS.max(usual_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_waits_longer_while_it_fails_and_is_back_at_once() {
        let mut setback = Backoff::of("reserves");
        assert_eq!(setback.pause_ms(100), 100);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            setback.note(&"disk full");
            setback.note(&"disk full");
            pauses.push(setback.pause_ms(100));
        }
        assert_eq!(pauses, [200, 400, 800, 1600, 2000, 2000, 2000, 2000]);
        assert_eq!(setback.pause_ms(100), 100);
        for _ in 0..100 {
            setback.note(&"disk full");
            assert!(setback.pause_ms(10_000) >= 10_000, "never sooner than usual");
        }
    }
}
