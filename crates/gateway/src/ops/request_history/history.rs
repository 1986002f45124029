//! The ring: so many requests a project, and so many bytes in all. The oldest goes first, and a busy project pushes out
//! its own before another's.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::ProjectId;
use uuid::Uuid;

use super::record::Record;

/// Of one project; those whom nobody known sent count as one more.
const RECORDS_MAX: usize = 1000;
/// Of all projects together.
const BYTES_MAX: usize = 4 * 1024 * 1024;

/// Which requests are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryFilter {
    All,
    /// Those that were refused or failed.
    Errors,
}

impl HistoryFilter {
    fn takes(self, record: &Record) -> bool {
        self == Self::All || record.code.is_some() || record.status >= 400
    }
}

/// The last requests.
#[derive(Default)]
pub struct RequestHistory(Mutex<History>);

#[derive(Default)]
struct History {
    queues: HashMap<Option<ProjectId>, VecDeque<Arc<Record>>>,
    bytes: usize,
}

impl RequestHistory {
    /// Keeps `record`, and forgets what there is no room for.
    pub fn push(&self, record: Record) {
        let mut kept = self.lock();
        let project = record.project;
        kept.bytes += record.bytes();
        let queue = kept.queues.entry(project).or_default();
        queue.push_back(Arc::new(record));
        if queue.len() > RECORDS_MAX {
            kept.forget_oldest_of(project);
        }
        while kept.bytes > BYTES_MAX {
            let longest = kept.queues.iter().max_by_key(|(_, queue)| queue.len());
            let Some(longest) = longest.map(|(project, _)| *project) else {
                return;
            };
            kept.forget_oldest_of(longest);
        }
    }

    /// The requests of `project`, and of nobody known, that came before `before` (or the newest), at most `limit`; the
    /// newest first.
    #[must_use]
    pub fn newest(
        &self,
        project: ProjectId,
        which: HistoryFilter,
        before: Option<Uuid>,
        limit: usize,
    ) -> Vec<Arc<Record>> {
        let kept = self.lock();
        let mut found = Vec::new();
        for queue in [Some(project), None].iter().filter_map(|whose| kept.queues.get(whose)) {
            let is_wanted =
                |record: &&Arc<Record>| which.takes(record) && before.is_none_or(|before| record.request_id < before);
            found.extend(queue.iter().filter(is_wanted).cloned());
        }
        drop(kept);
        found.sort_unstable_by_key(|record| std::cmp::Reverse(record.request_id));
        found.truncate(limit);
        found
    }

    /// Those among them that asked for `id` or were answered with it, at most `limit`; the newest first.
    #[must_use]
    pub fn about(&self, project: ProjectId, id: &str, limit: usize) -> Vec<Arc<Record>> {
        let mut found = self.newest(project, HistoryFilter::All, None, usize::MAX);
        found.retain(|record| record.project.is_some() && record.is_about(id));
        found.truncate(limit);
        found
    }

    /// One of those that [`newest`](Self::newest) shows to `project`.
    #[must_use]
    pub fn find(&self, project: ProjectId, request_id: Uuid) -> Option<Arc<Record>> {
        let kept = self.lock();
        let mut queues = [Some(project), None]
            .into_iter()
            .filter_map(|whose| kept.queues.get(&whose));
        queues.find_map(|queue| {
            queue
                .iter()
                .rev()
                .find(|record| record.request_id == request_id)
                .cloned()
        })
    }

    fn lock(&self) -> MutexGuard<'_, History> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl History {
    fn forget_oldest_of(&mut self, project: Option<ProjectId>) {
        let Some(queue) = self.queues.get_mut(&project) else {
            return;
        };
        if let Some(oldest) = queue.pop_front() {
            self.bytes = self.bytes.saturating_sub(oldest.bytes());
        }
        if queue.is_empty() {
            self.queues.remove(&project);
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::ErrorCode;
    use domain::ids::ObjectId;

    use super::super::record::CapturedBody as Body;
    use super::super::record::tests::record;
    use super::*;

    fn project(number: u32) -> ProjectId {
        ProjectId(ObjectId::from_parts(1, [0; 5], number))
    }

    fn of(project: Option<ProjectId>, body_bytes: usize) -> Record {
        let body = Body::Shown("x".repeat(body_bytes).into());
        Record {
            project,
            body,
            ..record()
        }
    }

    #[test]
    fn a_project_keeps_its_last_thousand_and_sees_its_own_and_nobodys() {
        let ring = RequestHistory::default();
        let (ours, others) = (project(1), project(2));
        ring.push(of(Some(others), 10));
        ring.push(of(None, 10));
        for _ in 0..1_500 {
            ring.push(of(Some(ours), 10));
        }
        assert_eq!(
            ring.newest(ours, HistoryFilter::All, None, 5_000).len(),
            RECORDS_MAX + 1
        );
        assert_eq!(ring.newest(others, HistoryFilter::All, None, 5_000).len(), 2);
        let newest = ring.newest(ours, HistoryFilter::All, None, 5_000);
        assert!(newest.windows(2).all(|pair| pair[0].request_id > pair[1].request_id));
        let older = ring.newest(ours, HistoryFilter::All, Some(newest[99].request_id), 100);
        assert_eq!(older[0].request_id, newest[100].request_id, "pages follow each other");
        assert!(ring.find(ours, newest[0].request_id).is_some());
        assert!(ring.find(others, newest[0].request_id).is_none());
    }

    #[test]
    fn however_many_projects_and_however_long_the_bodies_it_stays_within_four_mebibytes() {
        let ring = RequestHistory::default();
        let quiet = project(9_999);
        ring.push(of(Some(quiet), 2_048));
        for number in 0..10_000 {
            ring.push(of(Some(project(number % 7)), 2_048));
        }
        let kept = ring.lock();
        let counted: usize = kept.queues.values().flatten().map(|record| record.bytes()).sum();
        assert_eq!(kept.bytes, counted);
        assert!(counted <= BYTES_MAX && counted > BYTES_MAX - 4_096, "{counted}");
        assert!(
            kept.queues.contains_key(&Some(quiet)),
            "the busy ones pushed out a quiet one"
        );
        println!(
            "{} requests in {counted} bytes",
            kept.queues.values().map(VecDeque::len).sum::<usize>()
        );
    }

    #[test]
    fn only_errors_are_errors() {
        let ring = RequestHistory::default();
        let ours = project(1);
        ring.push(of(Some(ours), 1));
        let code = Some(ErrorCode::PriceInvalid);
        ring.push(Record {
            code,
            status: 400,
            ..of(Some(ours), 1)
        });
        let errors = ring.newest(ours, HistoryFilter::Errors, None, 10);
        assert_eq!(errors.iter().map(|record| record.code).collect::<Vec<_>>(), [code]);
    }
}
