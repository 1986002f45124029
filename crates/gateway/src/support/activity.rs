//! How much background work is under way for whom: from before it is claimed until it has ended. A sandbox that moves a
//! project's clock waits until there is none of that project's. Live mode counts nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::ProjectId;

use crate::settings::Mode;

/// By the project; under `None`, claims that may turn out to be anybody's.
type Counts = Arc<Mutex<HashMap<Option<ProjectId>, usize>>>;

/// A count of work under way; none at all by default.
#[derive(Debug, Clone, Default)]
pub struct ActivityTracker(Option<Counts>);

impl ActivityTracker {
    pub fn new(mode: Mode) -> Self {
        Self((mode == Mode::Sandbox).then(Counts::default))
    }

    /// Counts a claim until the guard is dropped: it must outlast the guards of what was claimed.
    pub fn begin_claim(&self) -> ActivityGuard {
        self.enter(None)
    }

    /// Counts one piece of a project's work until the guard is dropped.
    pub fn begin(&self, project: ProjectId) -> ActivityGuard {
        self.enter(Some(project))
    }

    fn enter(&self, of: Option<ProjectId>) -> ActivityGuard {
        ActivityGuard(self.0.as_ref().map(|counts| {
            *lock(counts).entry(of).or_default() += 1;
            (counts.clone(), of)
        }))
    }

    /// Whether nothing is under way that is, or may turn out to be, the project's.
    pub fn is_idle(&self, project: ProjectId) -> bool {
        let Some(counts) = &self.0 else { return true };
        let counts = lock(counts);
        !counts.contains_key(&None) && !counts.contains_key(&Some(project))
    }
}

fn lock(counts: &Counts) -> MutexGuard<'_, HashMap<Option<ProjectId>, usize>> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One piece of work.
#[derive(Debug)]
pub struct ActivityGuard(Option<(Counts, Option<ProjectId>)>);

impl Drop for ActivityGuard {
    fn drop(&mut self) {
        let Some((counts, of)) = &self.0 else { return };
        let mut counts = lock(counts);
        if let Some(count) = counts.get_mut(of) {
            *count -= 1;
            if *count == 0 {
                counts.remove(of);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::ObjectId;

    use super::*;

    #[test]
    fn a_project_is_still_while_others_are_not() {
        let project = |number| ProjectId(ObjectId::from_parts(1, [0; 5], number));
        let activity = ActivityTracker::new(Mode::Sandbox);
        let work = activity.begin(project(1));
        assert!(!activity.is_idle(project(1)) && activity.is_idle(project(2)));
        let claim = activity.begin_claim();
        assert!(!activity.is_idle(project(2)));
        drop((work, claim));
        assert!(activity.is_idle(project(1)));
    }
}
