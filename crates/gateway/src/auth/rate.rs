//! How many requests a second one project may make. In this process: several nodes allow several times as much.

use std::num::NonZeroU32;

use domain::{ErrorCode, ProjectId, Refusal};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// The projects' request rates.
pub struct Rates {
    limiter: DefaultKeyedRateLimiter<ProjectId>,
}

impl Rates {
    pub fn new(requests_per_second: u32) -> Self {
        let rate = NonZeroU32::new(requests_per_second).unwrap_or(NonZeroU32::MIN);
        Self {
            limiter: RateLimiter::dashmap(Quota::per_second(rate)),
        }
    }

    /// Errors: `RATE_LIMITED` past the project's rate.
    pub fn check(&self, project: ProjectId) -> Result<(), Refusal> {
        self.limiter
            .check_key(&project)
            .map_err(|_| Refusal::of(ErrorCode::RateLimited))
    }
}
