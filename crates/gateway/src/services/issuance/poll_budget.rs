//! How often the PG is asked about a consent.

use std::num::NonZeroU32;
use std::time::Duration;

use domain::ProjectId;
use fairness::{FairSemaphore, Limit, Share};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

/// Long enough for the default simulated customer (300 ms) to have answered.
const FIRST_MS: u64 = 320;
const LONGEST_MS: u64 = 5_000;

/// Spreads the questions, and bounds how many there are a second. Projects take turns: one with thousands of consents makes
/// its own wait, and not those of the others.
pub struct PollBudget {
    /// Whoever holds the only place is the next to ask.
    next: FairSemaphore<ProjectId, 1>,
    questions: DefaultDirectRateLimiter,
}

impl PollBudget {
    pub fn new(questions_per_second: u32) -> Self {
        let rate = NonZeroU32::new(questions_per_second).unwrap_or(NonZeroU32::MIN);
        Self {
            next: FairSemaphore::new(1),
            questions: RateLimiter::direct(Quota::per_second(rate)),
        }
    }

    /// Waits for the project's turn to ask.
    pub async fn turn(&self, project: ProjectId) {
        let share = Share {
            of: project,
            limit: Limit::NONE,
        };
        let _next = self.next.acquire([share]).await;
        self.questions.until_ready().await;
    }
}

/// How long to wait before the next question about a consent that is `age_ms` old: a quarter of its age.
pub fn interval(age_ms: u64) -> Duration {
    Duration::from_millis((age_ms / 4).clamp(FIRST_MS, LONGEST_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_become_rarer_and_never_stop() {
        assert_eq!(interval(0), Duration::from_millis(320));
        assert_eq!(interval(8_000), Duration::from_secs(2));
        assert_eq!(interval(600_000), Duration::from_secs(5));
    }
}
