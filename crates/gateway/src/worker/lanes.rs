//! A lane for each endpoint: what is held for it, how much is on its way, and whether it is worth trying.

use std::collections::{HashMap, VecDeque};

use domain::EpochMs;
use domain::delivery::LEASE_MS;

use super::deliveries::Held;
use crate::webhook::Heard;

/// On their way at once: to one endpoint, and in all.
const OF_ONE_MAX: usize = 4;
const IN_ALL_MAX: usize = 256;
/// Claimed and held in memory, waiting or on their way.
const HELD_MAX: usize = 1024;
/// An attempt starts only while its claim outlasts it.
const ATTEMPT_MS: u64 = 6_000;
/// So many attempts in a row without any answer close a lane, for so long.
const SILENT_MAX: usize = OF_ONE_MAX;
const CLOSED_MS: u64 = 10_000;

/// Whether an endpoint has said anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    Answered,
    Silent,
}

impl Silence {
    pub fn of(heard: &Heard) -> Self {
        if heard.is_silence() {
            Self::Silent
        } else {
            Self::Answered
        }
    }
}

#[derive(Default)]
struct Lane {
    waiting: VecDeque<Held>,
    on_their_way: usize,
    silent: usize,
    closed_until: Option<EpochMs>,
    /// How many are held for each URL of the endpoint.
    urls: HashMap<String, usize>,
}

impl Lane {
    fn is_closed(&self, now: EpochMs) -> bool {
        self.closed_until.is_some_and(|until| now < until)
    }

    fn is_full(&self) -> bool {
        self.waiting.len() + self.on_their_way >= OF_ONE_MAX
    }

    fn forget(&mut self, url: &str) {
        if let Some(held) = self.urls.get_mut(url) {
            *held = held.saturating_sub(1);
        }
        // A closed lane keeps the names by which it is passed over.
        if self.closed_until.is_none() {
            self.urls.retain(|_, held| *held > 0);
        }
    }
}

/// Every endpoint that something is held for, or that is closed.
#[derive(Default)]
pub struct Lanes {
    lanes: HashMap<String, Lane>,
    held: usize,
    on_their_way: usize,
}

impl Lanes {
    /// How many more may be held.
    pub fn room(&self) -> usize {
        HELD_MAX.saturating_sub(self.held)
    }

    /// URLs for which nothing more is wanted now.
    pub fn busy(&mut self, now: EpochMs) -> Vec<String> {
        self.lanes.retain(|_, lane| {
            let is_over = lane.closed_until.is_some_and(|until| now >= until);
            if is_over {
                lane.closed_until = None;
                // The next silence closes it again.
                lane.silent = SILENT_MAX - 1;
                lane.urls.retain(|_, held| *held > 0);
            }
            lane.closed_until.is_some() || lane.is_full() || lane.silent > 0 || !lane.urls.is_empty()
        });
        let busy = self.lanes.values().filter(|lane| lane.is_full() || lane.is_closed(now));
        busy.flat_map(|lane| lane.urls.keys().cloned()).collect()
    }

    /// Takes a claimed delivery; gives it back when its endpoint is closed.
    pub fn put(&mut self, origin: &str, held: Held, now: EpochMs) -> Option<Held> {
        let lane = self.lanes.entry(origin.to_owned()).or_default();
        let count = lane.urls.entry(held.delivery.url.clone()).or_default();
        if lane.closed_until.is_some_and(|until| now < until) {
            return Some(held);
        }
        *count += 1;
        lane.waiting.push_back(held);
        self.held += 1;
        None
    }

    /// The next to be sent, and its endpoint.
    pub fn next(&mut self, now: EpochMs) -> Option<(String, Held)> {
        if self.on_their_way >= IN_ALL_MAX {
            return None;
        }
        for (origin, lane) in &mut self.lanes {
            while lane.on_their_way < OF_ONE_MAX {
                let Some(held) = lane.waiting.pop_front() else { break };
                if held.delivery.next_at.since_ms(now) < ATTEMPT_MS {
                    // The claim runs out by itself, and the delivery is claimed anew.
                    self.held -= 1;
                    lane.forget(&held.delivery.url);
                    continue;
                }
                lane.on_their_way += 1;
                self.on_their_way += 1;
                return Some((origin.clone(), held));
            }
        }
        None
    }

    /// An attempt is over. What waited for an endpoint that is closed by it is given back.
    pub fn ended(&mut self, origin: &str, url: &str, silence: Silence, now: EpochMs) -> Vec<Held> {
        let Some(lane) = self.lanes.get_mut(origin) else {
            return Vec::new();
        };
        lane.on_their_way -= 1;
        self.on_their_way -= 1;
        self.held -= 1;
        lane.silent = match silence {
            Silence::Answered => 0,
            Silence::Silent => lane.silent + 1,
        };
        let mut given_back = Vec::new();
        if lane.silent >= SILENT_MAX {
            lane.closed_until = Some(now.plus_ms(CLOSED_MS.min(LEASE_MS)));
            given_back.extend(lane.waiting.drain(..));
            self.held -= given_back.len();
        }
        lane.forget(url);
        for held in &given_back {
            lane.forget(&held.delivery.url);
        }
        given_back
    }
}

#[cfg(test)]
#[path = "lanes_tests.rs"]
mod tests;
