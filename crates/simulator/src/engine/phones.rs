//! Who answers the customers' telephones: of one sandbox project, or of all that have said nothing of their own.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use crate::core::scenario::Answering;

/// Projects with a setting of their own; one more takes the place of another.
const OWN_MAX: usize = 10_000;

/// Who answers calls that start from now on.
#[derive(Default)]
pub struct Phones(Mutex<Settings>);

#[derive(Default)]
struct Settings {
    of_all: Option<Answering>,
    own: HashMap<Box<str>, Answering>,
}

impl Phones {
    /// For calls of `project`, or of nobody in particular.
    pub fn answering(&self, project: Option<&str>) -> Answering {
        let settings = self.lock();
        let own = project.and_then(|project| settings.own.get(project));
        own.copied().or(settings.of_all).unwrap_or(Answering::Auto)
    }

    /// For `project`; without one for all, also those that had their own.
    pub fn set(&self, project: Option<&str>, answering: Answering) {
        let mut settings = self.lock();
        let Some(project) = project else {
            settings.own.clear();
            settings.of_all = Some(answering);
            return;
        };
        if settings.own.len() >= OWN_MAX && !settings.own.contains_key(project) {
            let another = settings.own.keys().next().cloned();
            another.map(|another| settings.own.remove(&another));
        }
        settings.own.insert(project.into(), answering);
    }

    fn lock(&self) -> MutexGuard<'_, Settings> {
        self.0.lock().expect("no holder of this lock panics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_projects_own_setting_counts_until_all_are_set() {
        let phones = Phones::default();
        let now = || [Some("a"), Some("b"), None].map(|project| phones.answering(project) == Answering::ByHand);
        assert_eq!(now(), [false, false, false]);
        phones.set(Some("a"), Answering::ByHand);
        assert_eq!(now(), [true, false, false]);
        phones.set(None, Answering::ByHand);
        phones.set(Some("a"), Answering::Auto);
        assert_eq!(now(), [false, true, true]);
        phones.set(None, Answering::Auto);
        assert_eq!(now(), [false, false, false]);
    }
}
