//! How much background work is under way for whom: from before it is claimed until it has ended. A sandbox that moves a
//! project's clock waits until there is none of that project's. Live mode counts nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::ProjectId;
use store::Whose;

use crate::settings::Mode;

/// By the project; under `None`, claims that may turn out to be anybody's.
type Counts = Arc<Mutex<HashMap<Option<ProjectId>, usize>>>;

/// A count of work under way; none at all by default.
#[derive(Debug, Clone, Default)]
pub struct Bustle(Option<Counts>);

impl Bustle {
    pub fn new(mode: Mode) -> Self {
        Self((mode == Mode::Sandbox).then(Counts::default))
    }

    /// Counts a claim until the guard is dropped: it must outlast the guards of what was claimed.
    pub fn claim(&self, whose: Whose) -> AtWork {
        match whose {
            Whose::Of(project) => self.enter(Some(project)),
            Whose::Everyone | Whose::Unmoved => self.enter(None),
        }
    }

    /// Counts one piece of a project's work until the guard is dropped.
    pub fn work(&self, project: ProjectId) -> AtWork {
        self.enter(Some(project))
    }

    fn enter(&self, of: Option<ProjectId>) -> AtWork {
        AtWork(self.0.as_ref().map(|counts| {
            *lock(counts).entry(of).or_default() += 1;
            (counts.clone(), of)
        }))
    }

    /// Whether nothing is under way of a project whose rows are claimed as `whose`.
    pub fn is_still(&self, project: ProjectId, whose: Whose) -> bool {
        let Some(counts) = &self.0 else { return true };
        let counts = lock(counts);
        let may_be_claimed = !matches!(whose, Whose::Of(_)) && counts.contains_key(&None);
        !may_be_claimed && !counts.contains_key(&Some(project))
    }
}

fn lock(counts: &Counts) -> MutexGuard<'_, HashMap<Option<ProjectId>, usize>> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One piece of work.
#[derive(Debug)]
pub struct AtWork(Option<(Counts, Option<ProjectId>)>);

impl Drop for AtWork {
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
        let bustle = Bustle::new(Mode::Sandbox);
        let work = bustle.work(project(1));
        let claim = bustle.claim(Whose::Unmoved);
        assert!(!bustle.is_still(project(1), Whose::Of(project(1))));
        assert!(bustle.is_still(project(2), Whose::Of(project(2))));
        assert!(!bustle.is_still(project(2), Whose::Unmoved));
        drop((work, claim));
        assert!(bustle.is_still(project(1), Whose::Unmoved));
    }
}
