//! How much is kept of each request: everything while people try things out, less while machines are busy.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::EpochMs;

/// Requests a second that are kept whole. Nobody reads more, and masking a body costs more than the rest of keeping it.
const WHOLE_A_SECOND: u64 = 100;

/// Counts the requests of the present second.
#[derive(Default)]
pub struct CaptureBudget(AtomicU64);

impl CaptureBudget {
    /// Counts one; `false` when this second has had its share.
    pub fn has_room(&self, now: EpochMs) -> bool {
        let second = u64::try_from(now.0 / 1000).unwrap_or(0) << 32;
        let seen = self.0.load(Ordering::Relaxed);
        if seen >> 32 != second >> 32 {
            // Who loses this race is counted in the next.
            let _ = self
                .0
                .compare_exchange(seen, second | 1, Ordering::Relaxed, Ordering::Relaxed);
            return true;
        }
        seen & u64::from(u32::MAX) < WHOLE_A_SECOND && {
            self.0.fetch_add(1, Ordering::Relaxed);
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_second_has_its_share() {
        let pace = CaptureBudget::default();
        for second in 0..3 {
            let now = EpochMs(1_795_000_000_000 + second * 1000);
            let budget = (0..1000).filter(|_| pace.has_room(now)).count();
            assert_eq!(u64::try_from(budget).unwrap(), WHOLE_A_SECOND, "second {second}");
        }
    }
}
