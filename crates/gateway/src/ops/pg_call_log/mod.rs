//! The last calls to the PG, for people: what was asked, what came back, and how long it took. In memory only and bounded. No
//! account, no number of a person: of an order only its ids and its amount, of an answer its outcome and the PG's masked words.

mod recording;

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{EpochMs, Won};

use crate::ops::request_history::CaptureBudget;

pub use recording::RecordingConnector;

/// Of all projects. A debit is one, a resolution of an hour is about eighty.
const KEPT_MAX: usize = 4_000;
/// An id of ours; what is made of it at the PG goes on after a `-`.
const ID_CHARS: usize = 24;

/// One call and its answer.
#[derive(Debug, Clone)]
pub struct PgCall {
    /// When it was made, in its project's time.
    pub at: EpochMs,
    /// Such as `charge`; the names of the metrics.
    pub call: &'static str,
    /// The order id, or the tid where there is none.
    pub object: String,
    /// Empty where the call names none.
    pub tid: String,
    pub amount: Option<Won>,
    /// `done`, `refused`, `not_sent`, or why it is unknown.
    pub outcome: &'static str,
    /// What the PG said, or what it knows of the order.
    pub said: String,
    pub took_ms: u64,
}

impl PgCall {
    fn is_about(&self, ids: &HashSet<String>) -> bool {
        let start = self.object.get(..ID_CHARS).unwrap_or_default();
        ids.contains(&self.object) || ids.contains(start) || (!self.tid.is_empty() && ids.contains(&self.tid))
    }
}

/// The last ones.
#[derive(Default)]
pub struct PgCallLog {
    kept: Mutex<VecDeque<PgCall>>,
    budget: CaptureBudget,
}

impl PgCallLog {
    /// Keeps one. A busy gateway keeps what did not go well.
    pub fn push(&self, exchange: PgCall, now: EpochMs) {
        if !self.budget.has_room(now) && exchange.outcome == "done" {
            return;
        }
        let mut kept = self.lock();
        if kept.len() >= KEPT_MAX {
            kept.pop_front();
        }
        kept.push_back(exchange);
    }

    /// Those about any of `ids` (order ids, ours or made of ours, and tids), oldest first.
    #[must_use]
    pub fn of(&self, ids: &HashSet<String>) -> Vec<PgCall> {
        self.lock().iter().filter(|one| one.is_about(ids)).cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<PgCall>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(object: &str, tid: &str) -> PgCall {
        PgCall {
            at: EpochMs(0),
            call: "cancel",
            object: object.to_owned(),
            tid: tid.to_owned(),
            amount: None,
            outcome: "done",
            said: String::new(),
            took_ms: 1,
        }
    }

    #[test]
    fn a_receipts_calls_are_found_by_its_id_what_is_made_of_it_and_its_tid() {
        let id = "6655069ca691573f1bb9c28a";
        let exchanges = PgCallLog::default();
        for (object, tid) in [
            (id, ""),
            ("6655069ca691573f1bb9c28a-refund", "t2"),
            ("other", "t1"),
            ("other", "t3"),
            ("", ""),
        ] {
            exchanges.push(exchange(object, tid), EpochMs(0));
        }
        let ids = [id.to_owned(), "t1".to_owned()].into();
        let found = exchanges.of(&ids);
        let objects: Vec<_> = found.iter().map(|one| one.object.as_str()).collect();
        assert_eq!(objects, [id, "6655069ca691573f1bb9c28a-refund", "other"]);
        assert!(exchanges.of(&HashSet::new()).is_empty());
    }

    #[test]
    fn only_so_many_are_kept() {
        let exchanges = PgCallLog::default();
        for second in 0..100 {
            for _call in 0..100 {
                exchanges.push(exchange("a", ""), EpochMs(second * 1000));
            }
        }
        assert_eq!(exchanges.lock().len(), KEPT_MAX);
    }
}
