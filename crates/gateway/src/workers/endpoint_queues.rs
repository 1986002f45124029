//! A queue for each origin that a project's webhooks go to: what is held for it, how much is on its way, and whether it is worth
//! trying. Queues take turns. Nobody's webhooks may take all there is: no origin's, no project's, and least of all those of
//! origins that are slow or not known yet.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use domain::webhook_delivery::LEASE_MS;
use domain::{EpochMs, ProjectId};
use fairness::{Capacity, Limit, NoRoom, RoundRobin, Share};
use store::Busy;

use super::dispatch_webhooks::LeasedDelivery;
use crate::services::webhook::Responsiveness;

/// On their way at once: of one queue, to one origin (of whichever projects), and in all.
const OF_ONE_MAX: usize = 4;
const OF_ORIGIN_MAX: usize = 2 * OF_ONE_MAX;
const IN_ALL_MAX: usize = 512;
/// Claimed and held in memory, waiting or on their way.
const HELD_MAX: usize = 2048;
/// So many wait in a queue while more is claimed for it: enough that a quick one never runs dry between two claims.
const WAITING_QUICK: usize = 16;
/// An attempt starts only while its claim outlasts it.
const ATTEMPT_MS: u64 = 6_000;
/// An attempt that takes this long is slow.
const SLOW: Duration = Duration::from_secs(1);
/// So many attempts in a row without any answer close a queue, for so long.
const SILENT_MAX: usize = OF_ONE_MAX;
const CLOSED_MS: u64 = 10_000;
/// How long a queue without work is remembered, and how often those are looked for.
const REMEMBERED_MS: u64 = 60_000;
const FORGET_EVERY_MS: u64 = 1_000;

/// One of several projects may hold half of what is held.
const OF_HELD: Limit = Limit::OfFree(1);
/// On their way: two thirds of one project's, and no more than half of it to slow origins.
const OF_WAY: Limit = Limit::OfFree(2);
const OF_SLOW: Limit = Limit::OfFree(1);

/// How an origin took its last attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speed {
    /// It has had none: one at a time, as if it were slow.
    Unknown,
    Quick,
    Slow,
}

/// A project and an origin.
pub type Name = (ProjectId, Arc<str>);

struct EndpointQueue {
    on_their_way: usize,
    speed: Speed,
    silent: usize,
    closed_until: Option<EpochMs>,
    used_at: EpochMs,
}

impl EndpointQueue {
    fn at(now: EpochMs) -> Self {
        Self {
            on_their_way: 0,
            speed: Speed::Unknown,
            silent: 0,
            closed_until: None,
            used_at: now,
        }
    }

    fn is_closed(&self, now: EpochMs) -> bool {
        self.closed_until.is_some_and(|until| now < until)
    }

    fn has_room(&self) -> bool {
        match self.speed {
            Speed::Unknown => self.on_their_way == 0,
            Speed::Quick | Speed::Slow => self.on_their_way < OF_ONE_MAX,
        }
    }
}

/// Who has a share of what is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Party {
    Project(ProjectId),
    /// A project's slow origins together.
    Slow(ProjectId),
    Quick(ProjectId),
}

fn shares(project: ProjectId, speed: Speed) -> [Share<Party>; 2] {
    let all = Share {
        of: Party::Project(project),
        limit: OF_WAY,
    };
    let (of, limit) = match speed {
        Speed::Quick => (Party::Quick(project), Limit::NONE),
        Speed::Unknown | Speed::Slow => (Party::Slow(project), OF_SLOW),
    };
    [all, Share { of, limit }]
}

fn held_by(project: ProjectId) -> Share<ProjectId> {
    Share {
        of: project,
        limit: OF_HELD,
    }
}

/// An attempt that was started.
pub struct Started {
    name: Name,
    shares: [Share<Party>; 2],
}

/// Every queue that something is held for, that is closed, or that was used of late.
pub struct EndpointQueues {
    queues: HashMap<Name, EndpointQueue>,
    waiting: RoundRobin<Name, LeasedDelivery>,
    closed: HashSet<Name>,
    held: Capacity<ProjectId>,
    on_their_way: Capacity<Party>,
    to_origin: HashMap<Arc<str>, usize>,
    forgot_at: EpochMs,
    /// A claim ends by its project's clock.
    ahead_ms: AheadMs,
}

/// How far a project's clock is ahead of the machine's, in milliseconds.
pub type AheadMs = Box<dyn Fn(ProjectId) -> i64 + Send>;

impl EndpointQueues {
    pub fn new(ahead_ms: AheadMs) -> Self {
        Self {
            queues: HashMap::new(),
            waiting: RoundRobin::default(),
            closed: HashSet::new(),
            held: Capacity::new(HELD_MAX),
            on_their_way: Capacity::new(IN_ALL_MAX),
            to_origin: HashMap::new(),
            forgot_at: EpochMs(0),
            ahead_ms,
        }
    }

    /// How many more may be claimed: never all that there is room for, so that some is left for the next to come.
    pub fn room(&self) -> usize {
        self.held.free().div_ceil(2)
    }

    /// For whom nothing more is wanted now.
    pub fn busy(&mut self, now: EpochMs) -> Busy {
        self.open_again(now);
        self.forget(now);
        let mut queues: Vec<Name> = self.closed.iter().cloned().collect();
        let mut projects = HashSet::new();
        for name in self.waiting.keys().cloned().collect::<Vec<_>>() {
            // Claims that ran out while they waited: they are claimed anew.
            let ahead_ms = (self.ahead_ms)(name.0);
            for _over in 0..self.waiting.drop_heads(&name, |held| is_over(held, now, ahead_ms)) {
                self.held.give_back(&[held_by(name.0)]);
            }
            if self.held.room(&[held_by(name.0)]) == Err(NoRoom::Share) {
                projects.insert(name.0);
            }
            let speed = self.queues.get(&name).map_or(Speed::Unknown, |queue| queue.speed);
            let wanted = match speed {
                Speed::Quick => WAITING_QUICK,
                Speed::Unknown | Speed::Slow => OF_ONE_MAX,
            };
            if self.waiting.waiting(&name) >= wanted {
                queues.push(name);
            }
        }
        let named = |(project, origin): Name| (project, origin.to_string());
        Busy {
            queues: queues.into_iter().map(named).collect(),
            ..Busy::of(projects)
        }
    }

    fn open_again(&mut self, now: EpochMs) {
        let queues = &mut self.queues;
        self.closed.retain(|name| {
            let Some(queue) = queues.get_mut(name) else {
                return false;
            };
            if queue.is_closed(now) {
                return true;
            }
            queue.closed_until = None;
            // The next attempt without an answer closes it again.
            queue.silent = SILENT_MAX - 1;
            false
        });
    }

    fn forget(&mut self, now: EpochMs) {
        if now.since_ms(self.forgot_at) < FORGET_EVERY_MS {
            return;
        }
        self.forgot_at = now;
        let waiting = &self.waiting;
        self.queues.retain(|name, queue| {
            let is_in_use = queue.on_their_way > 0 || queue.closed_until.is_some() || waiting.waiting(name) > 0;
            is_in_use || now.since_ms(queue.used_at) < REMEMBERED_MS
        });
    }

    /// Takes a claimed delivery; gives it back when its queue is closed.
    pub fn put(&mut self, origin: &str, held: LeasedDelivery, now: EpochMs) -> Option<LeasedDelivery> {
        let name: Name = (held.leased.project, origin.into());
        let queue = self.queues.entry(name.clone());
        let queue = queue.or_insert_with(|| EndpointQueue::at(now));
        if queue.is_closed(now) {
            return Some(held);
        }
        queue.used_at = now;
        self.held.take(&[held_by(name.0)]);
        self.waiting.push(name, held);
        None
    }

    /// The next to be sent: of the queue whose turn it is.
    pub fn next(&mut self, now: EpochMs) -> Option<(Started, LeasedDelivery)> {
        loop {
            let (queues, places, to_origin) = (&self.queues, &self.on_their_way, &self.to_origin);
            let may_leave = |name: &Name| {
                let Some(queue) = queues.get(name) else { return false };
                queue.has_room()
                    && to_origin.get(&name.1).is_none_or(|count| *count < OF_ORIGIN_MAX)
                    && places.room(&shares(name.0, queue.speed)).is_ok()
            };
            if places.free() == 0 {
                return None;
            }
            let (name, held) = self.waiting.next(|name, _| may_leave(name))?;
            if is_over(&held, now, (self.ahead_ms)(name.0)) {
                self.held.give_back(&[held_by(name.0)]);
                continue;
            }
            let queue = self.queues.get_mut(&name)?;
            queue.on_their_way += 1;
            let shares = shares(name.0, queue.speed);
            self.on_their_way.take(&shares);
            *self.to_origin.entry(name.1.clone()).or_default() += 1;
            return Some((Started { name, shares }, held));
        }
    }

    /// An attempt is over. What waited for a queue that is closed by it is given back.
    pub fn ended(
        &mut self,
        started: Started,
        responsiveness: Responsiveness,
        took: Duration,
        now: EpochMs,
    ) -> Vec<LeasedDelivery> {
        let Started { name, shares } = started;
        self.on_their_way.give_back(&shares);
        self.held.give_back(&[held_by(name.0)]);
        if let Some(count) = self.to_origin.get_mut(&name.1) {
            *count -= 1;
            if *count == 0 {
                self.to_origin.remove(&name.1);
            }
        }
        let Some(queue) = self.queues.get_mut(&name) else {
            return Vec::new();
        };
        queue.on_their_way -= 1;
        queue.used_at = now;
        queue.speed = if took < SLOW { Speed::Quick } else { Speed::Slow };
        queue.silent = match responsiveness {
            Responsiveness::Answered => 0,
            Responsiveness::Silent => queue.silent + 1,
        };
        if queue.silent < SILENT_MAX {
            return Vec::new();
        }
        queue.closed_until = Some(now.plus_ms(CLOSED_MS.min(LEASE_MS)));
        let given_back = Vec::from(self.waiting.take(&name));
        for _held in &given_back {
            self.held.give_back(&[held_by(name.0)]);
        }
        self.closed.insert(name);
        given_back
    }
}

/// Whether a claim, which ends by its project's clock, is over before an attempt would be.
fn is_over(held: &LeasedDelivery, now: EpochMs, ahead_ms: i64) -> bool {
    held.leased.until.since_ms(now.plus_ms(ahead_ms.unsigned_abs())) < ATTEMPT_MS
}

#[cfg(test)]
mod tests;
