//! How often the PG is asked about a consent.

use std::num::NonZeroU32;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use domain::ProjectId;
use fairness::{FairSemaphore, Limit, Share};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use crate::support::part_of;

/// Long enough for the default simulated customer (300 ms) to have answered.
const FIRST_MS: u64 = 320;
const LONGEST_MS: u64 = 5_000;

/// Spreads the questions, and bounds how many there are a second. Projects take turns: one with thousands of consents makes
/// its own wait, and not those of the others.
pub struct PollBudget {
    /// Whoever holds the only place is the next to ask.
    next: FairSemaphore<ProjectId, 1>,
    questions_per_second: u32,
    questions: RwLock<Arc<DefaultDirectRateLimiter>>,
}

impl PollBudget {
    pub fn new(questions_per_second: u32) -> Self {
        Self {
            next: FairSemaphore::new(1),
            questions_per_second,
            questions: RwLock::new(Arc::new(limiter(questions_per_second))),
        }
    }

    /// Asks for one of `nodes` parts from now on.
    pub fn share_among(&self, nodes: NonZeroU32) {
        let part = Arc::new(limiter(part_of(self.questions_per_second, nodes)));
        *self.questions.write().unwrap_or_else(PoisonError::into_inner) = part;
    }

    /// Waits for the project's turn to ask.
    pub async fn turn(&self, project: ProjectId) {
        let share = Share {
            of: project,
            limit: Limit::NONE,
        };
        let _next = self.next.acquire([share]).await;
        let questions = self.questions.read().unwrap_or_else(PoisonError::into_inner).clone();
        questions.until_ready().await;
    }
}

fn limiter(questions_per_second: u32) -> DefaultDirectRateLimiter {
    let rate = NonZeroU32::new(questions_per_second).unwrap_or(NonZeroU32::MIN);
    RateLimiter::direct(Quota::per_second(rate))
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
