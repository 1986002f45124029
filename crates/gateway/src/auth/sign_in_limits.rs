//! How often somebody may try to sign in.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{Semaphore, SemaphorePermit};

/// For one name from one address: behind a proxy many people have one address, and whoever guesses at one name there
/// does not keep the others out.
const OF_PAIR_A_MINUTE: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// For one name, from wherever: more than an address has, so that one address cannot lock anybody out.
const OF_NAME_A_MINUTE: NonZeroU32 = NonZeroU32::new(60).unwrap();
/// From one address, whatever the name: no more than keeps made-up names from hashing all day.
const OF_ADDRESS_A_MINUTE: NonZeroU32 = NonZeroU32::new(300).unwrap();
/// Names and addresses share this many buckets, so that made-up names fill no memory.
const BUCKETS: u64 = 4096;
const AT_ONCE: usize = 2;

/// The attempts of the last minute.
pub struct SignInLimits {
    by_pair: DefaultKeyedRateLimiter<u64>,
    by_address: DefaultKeyedRateLimiter<u64>,
    by_name: DefaultKeyedRateLimiter<u64>,
    /// Keyed by chance: nobody can name two things that share a bucket.
    hasher: RandomState,
    hashing: Semaphore,
}

impl Default for SignInLimits {
    fn default() -> Self {
        Self {
            by_pair: RateLimiter::dashmap(Quota::per_minute(OF_PAIR_A_MINUTE)),
            by_address: RateLimiter::dashmap(Quota::per_minute(OF_ADDRESS_A_MINUTE)),
            by_name: RateLimiter::dashmap(Quota::per_minute(OF_NAME_A_MINUTE)),
            hasher: RandomState::new(),
            hashing: Semaphore::new(AT_ONCE),
        }
    }
}

impl SignInLimits {
    /// Counts an attempt; `false` past a limit: of the name from this address, of the address, of the name. What one of them
    /// refuses does not count against the next.
    pub fn may_try(&self, name: &str, from: IpAddr) -> bool {
        self.by_pair.check_key(&self.bucket((name, from))).is_ok()
            && self.by_address.check_key(&self.bucket(from)).is_ok()
            && self.by_name.check_key(&self.bucket(name)).is_ok()
    }

    fn bucket(&self, key: impl Hash) -> u64 {
        self.hasher.hash_one(key) % BUCKETS
    }

    /// Waits for a turn to hash.
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.hashing.acquire().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_limit_and_locks_nobody_out() {
        let attempts = SignInLimits::default();
        let at = |last: u8| IpAddr::from([203, 0, 113, last]);
        for number in 0..10 {
            assert!(attempts.may_try("kim", at(200)), "attempt {number}");
        }
        for _many in 0..200 {
            assert!(!attempts.may_try("kim", at(200)), "the eleventh from one address");
        }
        assert!(attempts.may_try("kim", at(1)), "kim, from elsewhere");
    }

    #[test]
    fn behind_a_proxy_nobody_is_kept_out_by_who_guesses_at_another() {
        let attempts = SignInLimits::default();
        let proxy = IpAddr::from([10, 0, 0, 1]);
        for _many in 0..500 {
            attempts.may_try("kim", proxy);
        }
        for other in ["lee", "park", "choi", "Kim", "kim "] {
            assert!(attempts.may_try(other, proxy), "{other}");
        }
    }

    #[test]
    fn made_up_names_of_one_address_have_an_end() {
        let attempts = SignInLimits::default();
        let from = IpAddr::from([203, 0, 113, 7]);
        let tried = (0..1_000)
            .filter(|number| attempts.may_try(&format!("name{number}"), from))
            .count();
        assert!((250..=310).contains(&tried), "{tried}");
        assert!(
            attempts.may_try("kim", IpAddr::from([203, 0, 113, 8])),
            "from elsewhere"
        );
    }

    #[test]
    fn a_name_has_its_limit_from_wherever_it_is_tried() {
        let attempts = SignInLimits::default();
        let at = |last: u8| IpAddr::from([203, 0, 113, last]);
        for last in 0..60 {
            assert!(attempts.may_try("kim", at(last)), "attempt {last}");
        }
        assert!(!attempts.may_try("kim", at(99)));
    }
}
