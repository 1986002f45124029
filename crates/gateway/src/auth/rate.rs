//! How many requests a second one project may make. The nodes share it: each allows its part.

use std::num::NonZeroU32;
use std::sync::{Arc, PoisonError, RwLock};

use domain::{ErrorCode, ProjectId, Refusal};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::support::part_of;

/// The projects' request rates.
pub struct Rates {
    requests_per_second: u32,
    limiter: RwLock<Arc<DefaultKeyedRateLimiter<ProjectId>>>,
}

impl Rates {
    pub fn new(requests_per_second: u32) -> Self {
        Self {
            requests_per_second,
            limiter: RwLock::new(Arc::new(limiter(requests_per_second))),
        }
    }

    /// Allows one of `nodes` parts from now on.
    pub fn share_among(&self, nodes: NonZeroU32) {
        let part = Arc::new(limiter(part_of(self.requests_per_second, nodes)));
        *self.limiter.write().unwrap_or_else(PoisonError::into_inner) = part;
    }

    /// Errors: `RATE_LIMITED` past the project's rate.
    pub fn check(&self, project: ProjectId) -> Result<(), Refusal> {
        let limiter = self.limiter.read().unwrap_or_else(PoisonError::into_inner);
        limiter
            .check_key(&project)
            .map_err(|_| Refusal::of(ErrorCode::RateLimited))
    }
}

fn limiter(requests_per_second: u32) -> DefaultKeyedRateLimiter<ProjectId> {
    let rate = NonZeroU32::new(requests_per_second).unwrap_or(NonZeroU32::MIN);
    RateLimiter::dashmap(Quota::per_second(rate))
}
