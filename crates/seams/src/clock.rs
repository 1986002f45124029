//! Time. `now_ms` is milliseconds since 1970-01-01T00:00:00Z.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// Milliseconds since the epoch.
    fn now_ms(&self) -> i64;
    /// Milliseconds since some moment of this process, which nobody can set: what `now_ms` gains or loses against it, it jumped.
    fn elapsed_ms(&self) -> i64;
    /// What the time is by the database, for a clock that goes by that; others do not heed it.
    fn follow(&self, _now_ms: i64) {}
    /// Resolves when `now_ms() >= until_ms`.
    fn sleep_until(&self, until_ms: i64) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
    }

    fn elapsed_ms(&self) -> i64 {
        static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
        i64::try_from(BEGAN.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    fn sleep_until(&self, until_ms: i64) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let wait_ms = u64::try_from(until_ms.saturating_sub(self.now_ms())).unwrap_or(0);
        Box::pin(tokio::time::sleep(Duration::from_millis(wait_ms)))
    }
}

/// The database's clock, for a node among others: what the machine's cannot set counts on from what the database said last. So two
/// nodes whose machines disagree about the time agree about what is due and whose lease is over.
pub struct DatabaseClock {
    machine: Arc<dyn Clock>,
    /// How far it is ahead of the machine's `elapsed_ms`.
    ahead_ms: AtomicI64,
    /// The latest time that it has told.
    told_ms: AtomicI64,
}

/// What the database says is known as well as its answer was quick. It may be behind what was told by so much without that time
/// goes back: it stands still until it has caught up. More than that, and the clock was wrong.
const BEHIND_MS_MAX: i64 = 1_000;

impl DatabaseClock {
    /// Goes by `machine` until the database has said what time it is.
    #[must_use]
    pub fn over(machine: Arc<dyn Clock>) -> Self {
        let ahead_ms = machine.now_ms() - machine.elapsed_ms();
        Self {
            machine,
            ahead_ms: AtomicI64::new(ahead_ms),
            told_ms: AtomicI64::new(i64::MIN),
        }
    }
}

impl Clock for DatabaseClock {
    fn now_ms(&self) -> i64 {
        let ahead_ms = self.ahead_ms.load(Ordering::Acquire);
        let now_ms = self.machine.elapsed_ms().saturating_add(ahead_ms);
        let told_ms = self.told_ms.fetch_max(now_ms, Ordering::AcqRel);
        if told_ms.saturating_sub(now_ms) > BEHIND_MS_MAX {
            self.told_ms.store(now_ms, Ordering::Release);
            return now_ms;
        }
        now_ms.max(told_ms)
    }

    fn elapsed_ms(&self) -> i64 {
        self.machine.elapsed_ms()
    }

    fn follow(&self, now_ms: i64) {
        self.ahead_ms
            .store(now_ms.saturating_sub(self.machine.elapsed_ms()), Ordering::Release);
    }

    fn sleep_until(&self, until_ms: i64) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let wait_ms = until_ms.saturating_sub(self.now_ms());
        self.machine.sleep_until(self.machine.now_ms().saturating_add(wait_ms))
    }
}

/// A clock that stands still until a test moves it.
#[derive(Debug, Clone)]
pub struct TestClock {
    now: Arc<watch::Sender<i64>>,
    jumped_ms: Arc<AtomicI64>,
}

impl TestClock {
    /// A clock that stands at `start_ms`.
    #[must_use]
    pub fn at_ms(start_ms: i64) -> Self {
        Self {
            now: Arc::new(watch::Sender::new(start_ms)),
            jumped_ms: Arc::default(),
        }
    }

    /// Sets the clock to another time, as if somebody had: no time has passed.
    pub fn jump(&self, by_ms: i64) {
        self.jumped_ms.fetch_add(by_ms, Ordering::AcqRel);
        self.now.send_modify(|now| *now = now.saturating_add(by_ms));
    }

    /// Moves the clock forward and wakes every sleeper that is due.
    pub fn advance(&self, by: Duration) {
        let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.now.send_modify(|now| *now = now.saturating_add(by_ms));
    }
}

impl Clock for TestClock {
    fn now_ms(&self) -> i64 {
        *self.now.borrow()
    }

    fn elapsed_ms(&self) -> i64 {
        self.now_ms() - self.jumped_ms.load(Ordering::Acquire)
    }

    fn sleep_until(&self, until_ms: i64) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut now = self.now.subscribe();
        Box::pin(async move {
            // An error means that the clock is gone, and with it whoever waited for it.
            let _ = now.wait_for(|now| *now >= until_ms).await;
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A step of a resolution must not be older than the one before it.
    #[test]
    fn time_does_not_go_back_for_an_answer_that_was_slow() {
        let machine = TestClock::at_ms(0);
        let node = DatabaseClock::over(Arc::new(machine.clone()));
        node.follow(50_000);
        assert_eq!(node.now_ms(), 50_000);
        node.follow(49_960);
        assert_eq!(node.now_ms(), 50_000);
        machine.advance(Duration::from_millis(30));
        assert_eq!(node.now_ms(), 50_000, "it stands still");
        machine.advance(Duration::from_millis(30));
        assert_eq!(node.now_ms(), 50_020, "and goes on with the database");
        node.follow(10_000);
        assert_eq!(node.now_ms(), 10_000, "it was wrong");
    }

    #[test]
    fn two_machines_that_disagree_agree_by_the_database() {
        let (early, late) = (TestClock::at_ms(1_000), TestClock::at_ms(90_000));
        let nodes = [&early, &late].map(|machine| DatabaseClock::over(Arc::new(machine.clone())));
        for node in &nodes {
            node.follow(50_000);
        }
        // Somebody sets one of them; a second passes on both.
        late.jump(-3_600_000);
        for machine in [&early, &late] {
            machine.advance(Duration::from_secs(1));
        }
        assert_eq!(nodes.map(|node| node.now_ms()), [51_000, 51_000]);
    }

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_test_clock_passes_its_time() {
        let clock = TestClock::at_ms(1_000);
        let sleeper = tokio::spawn(clock.sleep_until(61_000));
        clock.advance(Duration::from_secs(59));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_secs(1));
        sleeper.await.unwrap();
        assert_eq!(clock.now_ms(), 61_000);
    }
}
