//! Time. A project of a sandbox may be ahead of the machine's clock; in live mode nobody ever is, and nothing is kept.
//!
//! Every time in a project's rows is in that project's time; what belongs to no project goes by the machine's clock.

use std::collections::HashMap;
use std::future::pending;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::{EpochMs, ProjectId};
use pg::{CallTime, SendBy};
use seams::Clock;
use tokio::sync::watch;

use super::test_outcomes;
use crate::settings::Mode;

/// The machine's clock, and in a sandbox how far each project is ahead of it.
pub struct ProjectClocks {
    machine: Arc<dyn Clock>,
    /// When this process began, by the machine's clock.
    pub started_at: EpochMs,
    steady: Mutex<Steady>,
    /// `None` in live mode.
    moved: Option<Offsets>,
}

/// The machine's clock against one that nobody can set.
struct Steady {
    /// What the one is ahead of the other.
    ahead_ms: i64,
    /// Since when, by the machine's clock.
    since: EpochMs,
    /// Whether it has jumped since the start.
    has_jumped: bool,
}

/// A clock that is adjusted slowly stays below this; more at once is a jump.
const JUMP_MS: u64 = 2_000;

/// The moved clocks of a sandbox.
struct Offsets {
    /// Milliseconds ahead of the machine; more than 0, and only ever more.
    offsets: watch::Sender<HashMap<ProjectId, i64>>,
    /// Whether anybody is: looked at before the lock, which every debit would take several times.
    is_any: AtomicBool,
    wakeups: watch::Sender<()>,
}

impl ProjectClocks {
    pub fn new(machine: Arc<dyn Clock>, mode: Mode, offsets: Vec<(ProjectId, i64)>) -> Self {
        let moved = || Offsets {
            is_any: AtomicBool::new(!offsets.is_empty()),
            offsets: watch::Sender::new(offsets.into_iter().collect()),
            wakeups: watch::Sender::new(()),
        };
        let steady = Steady {
            ahead_ms: machine.now_ms() - machine.elapsed_ms(),
            since: EpochMs(machine.now_ms()),
            has_jumped: false,
        };
        Self {
            started_at: steady.since,
            machine,
            steady: Mutex::new(steady),
            moved: (mode == Mode::Sandbox).then(moved),
        }
    }

    pub fn machine_now(&self) -> EpochMs {
        EpochMs(self.machine.now_ms())
    }

    /// Milliseconds since some moment of this process, which nobody can set.
    pub fn elapsed_ms(&self) -> i64 {
        self.machine.elapsed_ms()
    }

    /// The database says that it is `now`.
    pub fn follow(&self, now: EpochMs) {
        self.machine.follow(now.0);
    }

    /// Since when the machine's clock has gone on without a jump: the start, or the last jump, which is found out here.
    pub fn steady_since(&self) -> EpochMs {
        self.steady().since
    }

    /// For how long the clock has been steady after a jump; `None` when it never jumped.
    pub fn since_jump_ms(&self) -> Option<u64> {
        let steady = self.steady();
        steady.has_jumped.then(|| self.machine_now().since_ms(steady.since))
    }

    fn steady(&self) -> MutexGuard<'_, Steady> {
        let mut steady = self.steady.lock().unwrap_or_else(PoisonError::into_inner);
        let now_ms = self.machine.now_ms();
        let ahead_ms = now_ms - self.machine.elapsed_ms();
        if ahead_ms.abs_diff(steady.ahead_ms) > JUMP_MS {
            let by_ms = ahead_ms - steady.ahead_ms;
            tracing::error!(
                by_ms,
                "the machine's clock has jumped: no verdict is reached by it for a while"
            );
            metrics::counter!("jadong_clock_jumps_total").increment(1);
            *steady = Steady {
                ahead_ms,
                since: EpochMs(now_ms),
                has_jumped: true,
            };
        }
        steady
    }

    /// How far a project is ahead of the machine, in milliseconds.
    pub fn offset_ms(&self, project: ProjectId) -> i64 {
        let moved = self.moved.as_ref().filter(|moved| moved.is_any.load(Ordering::Acquire));
        moved.map_or(0, |moved| moved.offsets.borrow().get(&project).copied().unwrap_or(0))
    }

    pub fn now_of(&self, project: ProjectId) -> EpochMs {
        EpochMs(self.machine.now_ms().saturating_add(self.offset_ms(project)))
    }

    /// The same, as a call to the PG carries it, and for whom the call is.
    pub fn call_time(&self, project: ProjectId) -> CallTime {
        let ahead_ms = self.offset_ms(project);
        CallTime {
            ahead_ms,
            project: Some(project),
            names_project: self.moved.is_some(),
            asked: test_outcomes::asked(),
            ..CallTime::of_machine(EpochMs(self.machine.now_ms().saturating_add(ahead_ms)))
        }
    }

    /// Until when a call may leave whose intent is dated after this. Both clocks are the machine's, however far a project is ahead.
    pub fn send_by(&self, within: Duration) -> SendBy {
        SendBy::within(within, &*self.machine)
    }

    /// Whether a project's clock was moved.
    pub fn is_moved(&self, project: ProjectId) -> bool {
        self.offset_ms(project) > 0
    }

    /// Resolves when the machine's clock is there.
    pub async fn machine_sleep_until(&self, until: EpochMs) {
        self.machine.sleep_until(until.0).await;
    }

    /// Resolves when the project's clock is there, also because it was moved.
    pub async fn sleep_until(&self, project: ProjectId, until: EpochMs) {
        let Some(moved) = &self.moved else {
            return self.machine.sleep_until(until.0).await;
        };
        let mut offsets = moved.offsets.subscribe();
        loop {
            let ahead_ms = offsets.borrow_and_update().get(&project).copied().unwrap_or(0);
            let due = self.machine.sleep_until(until.0.saturating_sub(ahead_ms));
            tokio::select! {
                () = due => return,
                // The sender lives as long as `self`.
                _ = offsets.changed() => {}
            }
        }
    }

    /// Moves a project ahead, wakes whoever is due by it and every worker. Less than before changes nothing.
    pub fn set_offset(&self, project: ProjectId, ahead_ms: i64) {
        let Some(moved) = &self.moved else { return };
        moved.offsets.send_modify(|offsets| {
            if ahead_ms > 0 {
                let offset = offsets.entry(project).or_default();
                *offset = ahead_ms.max(*offset);
            }
        });
        moved.is_any.fetch_or(ahead_ms > 0, Ordering::Release);
        self.wake_workers();
    }

    /// A project's clock is the machine's again.
    pub fn forget(&self, project: ProjectId) {
        let Some(moved) = &self.moved else { return };
        moved.offsets.send_modify(|offsets| {
            offsets.remove(&project);
        });
        self.wake_workers();
    }

    /// Has the workers look for what is due now, and not at their next turn.
    pub fn wake_workers(&self) {
        if let Some(moved) = &self.moved {
            moved.wakeups.send_replace(());
        }
    }

    /// What a worker is woken by besides its own turn.
    pub fn wakeups(&self) -> Wakeups {
        Wakeups(self.moved.as_ref().map(|moved| moved.wakeups.subscribe()))
    }
}

/// None is missed that comes while the worker is at work.
pub struct Wakeups(Option<watch::Receiver<()>>);

impl Wakeups {
    /// Resolves at the next wake-up; in live mode never.
    pub async fn next(&mut self) {
        if let Some(wakeups) = &mut self.0
            && wakeups.changed().await.is_ok()
        {
            return;
        }
        pending().await
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::ObjectId;
    use seams::TestClock;

    use super::*;

    const DAY_MS: i64 = 24 * 60 * 60 * 1000;

    fn project(number: u32) -> ProjectId {
        ProjectId(ObjectId::from_parts(1, [0; 5], number))
    }

    fn clocks(mode: Mode) -> (TestClock, Arc<ProjectClocks>) {
        let machine = TestClock::at_ms(1_000);
        let clocks = ProjectClocks::new(Arc::new(machine.clone()), mode, Vec::new());
        (machine, Arc::new(clocks))
    }

    #[tokio::test]
    async fn a_moved_project_wakes_its_sleepers_and_no_others() {
        let (machine, clocks) = clocks(Mode::Sandbox);
        let (moved, left) = (project(1), project(2));
        let sleep = |project| {
            let clocks = clocks.clone();
            tokio::spawn(async move { clocks.sleep_until(project, EpochMs(1_000 + DAY_MS)).await })
        };
        let (sleeper, other) = (sleep(moved), sleep(left));
        tokio::task::yield_now().await;
        clocks.set_offset(moved, DAY_MS);
        sleeper.await.unwrap();
        tokio::task::yield_now().await;
        assert!(!other.is_finished());
        assert_eq!(clocks.now_of(left), EpochMs(1_000));
        machine.advance(Duration::from_secs(24 * 60 * 60));
        other.await.unwrap();
        assert_eq!(clocks.now_of(moved), EpochMs(1_000 + 2 * DAY_MS));
    }

    #[test]
    fn a_clock_goes_forward_only() {
        let (_machine, clocks) = clocks(Mode::Sandbox);
        clocks.set_offset(project(1), DAY_MS);
        clocks.set_offset(project(1), 5);
        clocks.set_offset(project(2), 0);
        assert_eq!(clocks.offset_ms(project(1)), DAY_MS);
        assert!(clocks.is_moved(project(1)) && !clocks.is_moved(project(2)));
    }

    #[test]
    fn in_live_mode_there_is_one_time_for_everyone() {
        let (_machine, clocks) = clocks(Mode::Live);
        clocks.set_offset(project(1), DAY_MS);
        assert_eq!(clocks.now_of(project(1)), EpochMs(1_000));
    }
}
