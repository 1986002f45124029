//! After an attempt: done, again later, or given up.

use super::{Delivery, DeliveryState};
use crate::time::EpochMs;

/// Attempts before a delivery is given up.
pub const ATTEMPTS_MAX: u32 = 10;

/// How long a claim on a delivery holds: an attempt takes at most five seconds, and may wait as long for its turn; clocks may be
/// ten apart.
pub const LEASE_MS: u64 = 20_000;

/// Waits between attempts, in seconds: about a day in all.
const WAITS_S: [u64; 9] = [5, 30, 120, 600, 1_800, 3_600, 10_800, 21_600, 43_200];

/// The longest wait that an endpoint can ask for: the longest of the usual ones.
pub const RETRY_AFTER_MAX_MS: u64 = 43_200_000;

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryAttempt {
    pub state: DeliveryState,
    pub attempts: u32,
    pub next_at: EpochMs,
}

/// Decides on an attempt. `jitter` is 0 to 1000: up to a tenth is added to the wait, so that endpoints that came back are
/// not hit by all at once. What the endpoint asked for (`Retry-After`) makes the wait longer, never shorter: an endpoint that
/// is in a hurry would use up its attempts.
#[must_use]
pub fn after_attempt(
    delivery: &Delivery,
    state: DeliveryState,
    asked_wait_ms: Option<u64>,
    jitter: u16,
    now: EpochMs,
) -> DeliveryAttempt {
    let attempts = delivery.attempts + 1;
    if state != DeliveryState::Pending || attempts >= ATTEMPTS_MAX {
        let state = if state == DeliveryState::Delivered {
            DeliveryState::Delivered
        } else {
            DeliveryState::Exhausted
        };
        return DeliveryAttempt {
            state,
            attempts,
            next_at: now,
        };
    }
    let wait_ms = WAITS_S[usize::try_from(attempts - 1).unwrap_or(0).min(WAITS_S.len() - 1)] * 1000;
    let jitter_ms = wait_ms * u64::from(jitter.min(1000)) / 10_000;
    DeliveryAttempt {
        state: DeliveryState::Pending,
        attempts,
        next_at: now.plus_ms((wait_ms + jitter_ms).max(asked_wait_ms.unwrap_or(0).min(RETRY_AFTER_MAX_MS))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ObjectId, ProjectId, ReceiptId};
    use crate::webhook_delivery::ContentType;

    fn delivery(attempts: u32) -> Delivery {
        let id = ReceiptId(ObjectId::from_parts(1, [0; 5], 1));
        Delivery {
            id,
            project_id: ProjectId(id.0),
            receipt_id: id,
            sequence: 1,
            url: String::new(),
            content_type: ContentType::Json,
            webhook_type: String::new(),
            payload: String::new(),
            state: DeliveryState::Pending,
            attempts,
            next_at: EpochMs(0),
            last_result: String::new(),
            created_at: EpochMs(0),
            delivered_at: None,
        }
    }

    #[test]
    fn waits_grow_and_the_tenth_failure_is_the_last() {
        let mut wait_before_ms = 0;
        for attempts in 0..ATTEMPTS_MAX - 1 {
            let attempted = after_attempt(&delivery(attempts), DeliveryState::Pending, None, 1000, EpochMs(0));
            let wait_ms = attempted.next_at.since_ms(EpochMs(0));
            assert!(wait_ms > wait_before_ms, "attempt {attempts}: {wait_ms}");
            assert_eq!(
                (attempted.state, attempted.attempts),
                (DeliveryState::Pending, attempts + 1)
            );
            wait_before_ms = wait_ms;
        }
        let last = after_attempt(&delivery(ATTEMPTS_MAX - 1), DeliveryState::Pending, None, 0, EpochMs(0));
        assert_eq!((last.state, last.attempts), (DeliveryState::Exhausted, ATTEMPTS_MAX));
    }

    #[test]
    fn jitter_adds_up_to_a_tenth_and_a_refusal_ends_at_once() {
        let next = |jitter| after_attempt(&delivery(0), DeliveryState::Pending, None, jitter, EpochMs(0)).next_at;
        assert_eq!((next(0), next(1000)), (EpochMs(5_000), EpochMs(5_500)));
        let refused = after_attempt(&delivery(0), DeliveryState::Exhausted, None, 0, EpochMs(7));
        assert_eq!((refused.state, refused.attempts), (DeliveryState::Exhausted, 1));
    }

    #[test]
    fn an_endpoint_can_ask_for_a_longer_wait_within_bounds() {
        let next = |attempts, asked| {
            after_attempt(&delivery(attempts), DeliveryState::Pending, Some(asked), 0, EpochMs(0)).next_at
        };
        assert_eq!(next(0, 0), EpochMs(5_000));
        assert_eq!(next(0, 4_000), EpochMs(5_000));
        assert_eq!(next(0, 90_000), EpochMs(90_000));
        assert_eq!(next(3, 90_000), EpochMs(600_000));
        assert_eq!(next(0, u64::MAX), EpochMs(43_200_000));
        let last = after_attempt(
            &delivery(ATTEMPTS_MAX - 1),
            DeliveryState::Pending,
            Some(90_000),
            0,
            EpochMs(7),
        );
        assert_eq!((last.state, last.next_at), (DeliveryState::Exhausted, EpochMs(7)));
    }

    #[test]
    fn an_attempt_moves_only_where_a_delivery_may_go() {
        for attempts in [0, ATTEMPTS_MAX - 1] {
            for state in DeliveryState::ALL.iter().copied() {
                let to = after_attempt(&delivery(attempts), state, None, 0, EpochMs(0)).state;
                assert!(
                    to == DeliveryState::Pending || DeliveryState::Pending.may_become(to),
                    "{state:?} became {to:?}"
                );
            }
        }
    }
}
