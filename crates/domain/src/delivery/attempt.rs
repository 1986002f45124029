//! After an attempt: done, again later, or given up.

use super::{Delivery, State};
use crate::time::EpochMs;

/// Attempts before a delivery is given up.
pub const ATTEMPTS_MAX: u32 = 10;

/// Waits between attempts, in seconds: about a day in all.
const WAITS_S: [u64; 9] = [5, 30, 120, 600, 1_800, 3_600, 10_800, 21_600, 43_200];

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempted {
    pub state: State,
    pub attempts: u32,
    pub next_at: EpochMs,
}

/// Decides on an attempt. `jitter` is 0 to 1000: up to a tenth is added to the wait, so that endpoints that came back are
/// not hit by all at once.
#[must_use]
pub fn after_attempt(delivery: &Delivery, state: State, jitter: u16, now: EpochMs) -> Attempted {
    let attempts = delivery.attempts + 1;
    if state != State::Pending || attempts >= ATTEMPTS_MAX {
        let state = if state == State::Delivered {
            State::Delivered
        } else {
            State::Exhausted
        };
        return Attempted {
            state,
            attempts,
            next_at: now,
        };
    }
    let wait_ms = WAITS_S[usize::try_from(attempts - 1).unwrap_or(0).min(WAITS_S.len() - 1)] * 1000;
    let jitter_ms = wait_ms * u64::from(jitter.min(1000)) / 10_000;
    Attempted {
        state: State::Pending,
        attempts,
        next_at: now.plus_ms(wait_ms + jitter_ms),
    }
}
