//! What background work is under way for whom: from before it is leased until it has ended. A sandbox that moves a project's
//! clock waits until there is none of that project's. Live mode notes nothing.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::ProjectId;

use crate::settings::Mode;

#[derive(Debug, Default)]
struct UnderWay {
    projects: HashMap<ProjectId, usize>,
    /// Claims that may turn out to be anybody's, by their number.
    claims: BTreeSet<u64>,
    claims_begun: u64,
}

/// Work under way; none at all by default.
#[derive(Debug, Clone, Default)]
pub struct ActivityTracker(Option<Arc<Mutex<UnderWay>>>);

impl ActivityTracker {
    pub fn new(mode: Mode) -> Self {
        Self((mode == Mode::Sandbox).then(Arc::default))
    }

    /// Notes a claim until the guard is dropped: it must outlast the guards of what was claimed.
    pub fn begin_claim(&self) -> ActivityGuard {
        ActivityGuard(self.0.as_ref().map(|noted| {
            let mut under_way = lock(noted);
            under_way.claims_begun += 1;
            let number = under_way.claims_begun;
            under_way.claims.insert(number);
            (noted.clone(), Work::Claim(number))
        }))
    }

    /// Notes one piece of a project's work until the guard is dropped.
    pub fn begin(&self, project: ProjectId) -> ActivityGuard {
        ActivityGuard(self.0.as_ref().map(|noted| {
            *lock(noted).projects.entry(project).or_default() += 1;
            (noted.clone(), Work::Of(project))
        }))
    }

    /// How many claims have begun: those that begin later find nothing of a project that has nothing due now.
    pub fn claims_begun(&self) -> u64 {
        self.0.as_ref().map_or(0, |noted| lock(noted).claims_begun)
    }

    /// Whether nothing of the project is under way, and no claim is that was among the first `claims`.
    pub fn is_idle(&self, project: ProjectId, claims: u64) -> bool {
        let Some(noted) = &self.0 else { return true };
        let under_way = lock(noted);
        under_way.claims.first().is_none_or(|oldest| *oldest > claims) && !under_way.projects.contains_key(&project)
    }
}

fn lock(under_way: &Mutex<UnderWay>) -> MutexGuard<'_, UnderWay> {
    under_way.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug, Clone, Copy)]
enum Work {
    Claim(u64),
    Of(ProjectId),
}

/// One piece of work.
#[derive(Debug)]
pub struct ActivityGuard(Option<(Arc<Mutex<UnderWay>>, Work)>);

impl Drop for ActivityGuard {
    fn drop(&mut self) {
        let Some((noted, work)) = &self.0 else { return };
        let mut under_way = lock(noted);
        match work {
            Work::Claim(number) => drop(under_way.claims.remove(number)),
            Work::Of(project) => {
                if let Some(count) = under_way.projects.get_mut(project) {
                    *count -= 1;
                    if *count == 0 {
                        under_way.projects.remove(project);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::ObjectId;

    use super::*;

    #[test]
    fn a_project_is_idle_while_others_are_not_and_claims_go_on() {
        let project = |number| ProjectId(ObjectId::from_parts(1, [0; 5], number));
        let activity = ActivityTracker::new(Mode::Sandbox);
        let (work, claim) = (activity.begin(project(1)), activity.begin_claim());
        let begun = activity.claims_begun();
        assert!(!activity.is_idle(project(2), begun), "a claim that may be its own");
        // Workers that never rest do not keep anybody waiting.
        let later = activity.begin_claim();
        drop(claim);
        assert!(activity.is_idle(project(2), begun) && !activity.is_idle(project(1), begun));
        drop((work, later));
        assert!(activity.is_idle(project(1), activity.claims_begun()));
    }
}
