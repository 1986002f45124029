//! This node among those that serve from the same database.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// This node, and how many there are.
pub struct Nodes {
    /// Of this start of the process: in its ids and its leases. 24 bits.
    pub number: u32,
    alive: AtomicU32,
    is_draining: AtomicBool,
}

impl Nodes {
    /// A node that knows of no other.
    pub fn alone(number: u32) -> Self {
        Self {
            number,
            alive: AtomicU32::new(1),
            is_draining: AtomicBool::new(false),
        }
    }

    /// How many nodes take work, this one among them.
    pub fn alive(&self) -> NonZeroU32 {
        NonZeroU32::new(self.alive.load(Ordering::Relaxed)).unwrap_or(NonZeroU32::MIN)
    }

    /// Keeps how many there are now; whether that has changed.
    pub fn set_alive(&self, alive: u32) -> bool {
        self.alive.swap(alive.max(1), Ordering::Relaxed) != alive.max(1)
    }

    /// It is about to stop, and nothing new should be sent to it.
    pub fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::Relaxed)
    }

    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }
}

/// What one of `nodes` may have of `whole`: the parts together are never less, and nobody's is nothing.
pub fn part_of(whole: u32, nodes: NonZeroU32) -> u32 {
    whole.div_ceil(nodes.get()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_up_the_whole() {
        for (whole, nodes, part) in [(1_000, 1, 1_000), (1_000, 3, 334), (2, 5, 1), (0, 2, 1)] {
            assert_eq!(part_of(whole, NonZeroU32::new(nodes).unwrap()), part);
        }
    }

    #[test]
    fn a_node_counts_itself() {
        let nodes = Nodes::alone(7);
        assert!(
            !nodes.set_alive(0),
            "one that does not see itself is there all the same"
        );
        assert_eq!(nodes.alive().get(), 1);
        assert!(nodes.set_alive(3) && !nodes.set_alive(3));
    }
}
