//! How often somebody may try to sign in.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{Semaphore, SemaphorePermit};

const A_MINUTE: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// Names and addresses share this many buckets, so that made-up names fill no memory.
const BUCKETS: u64 = 4096;
const AT_ONCE: usize = 2;

/// The attempts of the last minute.
pub struct Attempts {
    limiter: DefaultKeyedRateLimiter<u64>,
    hashing: Semaphore,
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            limiter: RateLimiter::dashmap(Quota::per_minute(A_MINUTE)),
            hashing: Semaphore::new(AT_ONCE),
        }
    }
}

impl Attempts {
    /// Counts an attempt; `false` past the limit of its name or its address.
    pub fn may_try(&self, name: &str, from: IpAddr) -> bool {
        let by_name = self.limiter.check_key(&bucket(&("name", name))).is_ok();
        let by_address = self.limiter.check_key(&bucket(&("address", from))).is_ok();
        by_name && by_address
    }

    /// Waits for a turn to hash.
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.hashing.acquire().await.ok()
    }
}

fn bucket(key: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish() % BUCKETS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_an_address_each_have_their_limit() {
        let attempts = Attempts::default();
        let at = |last: u8| IpAddr::from([203, 0, 113, last]);
        for last in 0..10 {
            assert!(attempts.may_try("kim", at(last)), "attempt {last}");
        }
        assert!(!attempts.may_try("kim", at(99)), "the eleventh for one name");
        for number in 0..10 {
            attempts.may_try(&format!("name {number}"), at(200));
        }
        assert!(
            !attempts.may_try("somebody else", at(200)),
            "the eleventh from one address"
        );
    }
}
