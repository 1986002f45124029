//! How much background work is under way: from before it is claimed until it has ended. A sandbox that skips time waits
//! until there is none.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A count of work under way.
#[derive(Debug, Clone, Default)]
pub struct Bustle(Arc<AtomicUsize>);

impl Bustle {
    /// Counts one piece of work until the guard is dropped.
    pub fn enter(&self) -> AtWork {
        self.0.fetch_add(1, Ordering::AcqRel);
        AtWork(self.0.clone())
    }

    /// Whether nothing is under way.
    pub fn is_still(&self) -> bool {
        self.0.load(Ordering::Acquire) == 0
    }
}

/// One piece of work.
#[derive(Debug)]
pub struct AtWork(Arc<AtomicUsize>);

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
