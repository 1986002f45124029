//! Whether the PG can be reached. While it cannot, due reserves wait, and one at a time tries whether it can again.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::EpochMs;
use domain::reserve::DebitDispatch;

const FIRST_WAIT_MS: u64 = 1_000;
const LONGEST_WAIT_MS: u64 = 30_000;

/// What the last debits have shown.
#[derive(Debug, Default)]
pub struct PgReachability(Mutex<Unreachable>);

#[derive(Debug, Default)]
struct Unreachable {
    /// Waits in a row that have ended with a debit that could not be sent.
    times: u32,
    /// When the next one may try.
    until: Option<EpochMs>,
    /// Until when the one that tries is waited for.
    trying_until: Option<EpochMs>,
}

impl PgReachability {
    /// A debit was sent, or could not be.
    pub fn note(&self, dispatch: DebitDispatch, now: EpochMs) {
        let mut lost = self.lost();
        // That it had no turn, or came too late to it, says nothing of the PG, nor of the one that tries.
        if matches!(dispatch, DebitDispatch::NoTurn | DebitDispatch::Late) {
            return;
        }
        lost.trying_until = None;
        match (dispatch, lost.until) {
            (DebitDispatch::NotSent, Some(until)) if now < until => {}
            (DebitDispatch::NotSent, _) => {
                let wait_ms = (FIRST_WAIT_MS << lost.times.min(10)).min(LONGEST_WAIT_MS);
                lost.times += 1;
                lost.until = Some(now.plus_ms(wait_ms));
                tracing::warn!(wait_ms, "the PG cannot be reached: due reserves wait");
            }
            (_, None) => {}
            (_, Some(_)) => {
                tracing::info!("the PG can be reached again");
                *lost = Unreachable::default();
            }
        }
    }

    /// How many of `wanted` reserves may begin now.
    pub fn allows(&self, wanted: u32, now: EpochMs) -> u32 {
        let mut lost = self.lost();
        match lost.until.max(lost.trying_until) {
            None => wanted,
            Some(until) if now < until => 0,
            Some(_) => {
                // The next oldest must not overtake it.
                lost.trying_until = Some(now.plus_ms(FIRST_WAIT_MS));
                wanted.min(1)
            }
        }
    }

    fn lost(&self) -> MutexGuard<'_, Unreachable> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_tries_ever_more_seldom_and_all_go_on_once_one_is_through() {
        let reach = PgReachability::default();
        let mut now = EpochMs(1_000_000);
        assert_eq!(reach.allows(256, now), 256);
        let mut waits = Vec::new();
        for _try in 0..8 {
            // All that were under way say the same.
            for _debit in 0..5 {
                reach.note(DebitDispatch::NotSent, now);
            }
            let mut wait_ms = 0;
            while reach.allows(256, now.plus_ms(wait_ms)) == 0 {
                wait_ms += 500;
            }
            waits.push(wait_ms);
            now = now.plus_ms(wait_ms);
            assert_eq!(reach.allows(256, now), 0, "one is trying");
        }
        assert_eq!(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
        reach.note(DebitDispatch::NoTurn, now);
        reach.note(DebitDispatch::Late, now);
        assert_eq!(reach.allows(256, now), 0, "it says nothing of the one that tries");
        assert_eq!(
            reach.allows(256, now.plus_ms(FIRST_WAIT_MS)),
            1,
            "one that says nothing is not waited for"
        );
        reach.note(DebitDispatch::Sent, now);
        assert_eq!(reach.allows(256, now), 256);
        reach.note(DebitDispatch::NoTurn, now);
        assert_eq!(reach.allows(256, now), 256);
    }
}
