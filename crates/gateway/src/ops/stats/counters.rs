//! What happened, counted by project and hour as it happens, so that nobody has to count rows.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::{EpochMs, ProjectId};
use store::HourlyCount;

const HOUR_MS: i64 = 60 * 60 * 1000;
/// How long counts are kept: the overview shows thirty days.
pub const KEPT_HOURS: i64 = 31 * 24;

/// What is counted. `why` is an error code's, a decline's or a delivery result's name, or empty.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::VariantArray,
)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum CounterKind {
    /// A billing key was asked for.
    Requested,
    Consented,
    /// The merchant asked to publish, and the PG was asked.
    Published,
    Issued,
    /// An issuance ended without a key.
    Lost,
    Paid,
    Declined,
    Voided,
    /// A debit's outcome became unknown.
    InDoubt,
    #[strum(serialize = "needs_person")]
    NeedsReview,
    Cancelled,
    /// Won that were debited.
    DebitedWon,
    /// Won that were given back.
    RefundedWon,
    /// A webhook reached its endpoint.
    Delivered,
    /// An attempt at a webhook that was none.
    NotDelivered,
}

domain::named!(CounterKind);

#[derive(PartialEq, Eq, Hash)]
struct Key {
    project: ProjectId,
    hour: i64,
    what: CounterKind,
    why: Cow<'static, str>,
}

/// Counts that are not on disk yet.
#[derive(Default)]
pub struct Counters(Mutex<HashMap<Key, u64>>);

/// The hour that `at` is in, counted from 1970.
pub fn hour_of(at: EpochMs) -> i64 {
    at.0.div_euclid(HOUR_MS)
}

impl Counters {
    /// Counts `amount` of them.
    pub fn count(&self, project: ProjectId, at: EpochMs, what: CounterKind, why: &'static str, amount: u64) {
        let key = Key {
            project,
            hour: hour_of(at),
            what,
            why: Cow::Borrowed(why),
        };
        *self.lock().entry(key).or_default() += amount;
    }

    /// Takes what is not on disk yet.
    pub fn take(&self) -> Vec<HourlyCount> {
        let taken = std::mem::take(&mut *self.lock());
        let row = |(key, count): (Key, u64)| HourlyCount {
            project_id: key.project,
            hour: key.hour,
            what: key.what.name().to_owned(),
            why: key.why.into_owned(),
            count,
        };
        taken.into_iter().map(row).collect()
    }

    /// Gives back what could not be written.
    pub fn put_back(&self, rows: Vec<HourlyCount>) {
        for row in rows {
            if let Some(what) = CounterKind::from_name(&row.what) {
                let key = Key {
                    project: row.project_id,
                    hour: row.hour,
                    what,
                    why: Cow::Owned(row.why),
                };
                *self.lock().entry(key).or_default() += row.count;
            }
        }
    }

    /// What is not on disk yet of `project`, since `hour`.
    pub fn waiting(&self, project: ProjectId, hour: i64) -> Counts {
        let mut counts = Counts::default();
        for (key, count) in self.lock().iter() {
            if key.project == project && key.hour >= hour {
                counts.add(key.what, &key.why, *count);
            }
        }
        counts
    }

    /// The same of one kind, by hour.
    pub fn waiting_by_hour(&self, project: ProjectId, what: CounterKind) -> Vec<(i64, u64)> {
        let counts = self.lock();
        let its = counts
            .iter()
            .filter(|(key, _)| key.project == project && key.what == what);
        its.map(|(key, count)| (key.hour, *count)).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sums of counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts(HashMap<CounterKind, HashMap<String, u64>>);

impl Counts {
    pub(super) fn add(&mut self, what: CounterKind, why: &str, count: u64) {
        *self.0.entry(what).or_default().entry(why.to_owned()).or_default() += count;
    }

    /// Adds rows of the store; a name of another version is left out.
    pub(super) fn add_rows(&mut self, rows: &[HourlyCount]) {
        for row in rows {
            if let Some(what) = CounterKind::from_name(&row.what) {
                self.add(what, &row.why, row.count);
            }
        }
    }

    /// How many in all.
    #[must_use]
    pub fn of(&self, what: CounterKind) -> u64 {
        self.0.get(&what).map_or(0, |whys| whys.values().sum())
    }

    /// How many for each reason, the most frequent first.
    #[must_use]
    pub fn by_reason(&self, what: CounterKind) -> Vec<(String, u64)> {
        let mut reasons: Vec<_> = self
            .0
            .get(&what)
            .into_iter()
            .flatten()
            .map(|(why, count)| (why.clone(), *count))
            .collect();
        reasons.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        reasons
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::ObjectId;

    use super::*;

    #[test]
    fn what_is_taken_or_put_back_is_counted_once() {
        let project = |number| ProjectId(ObjectId::from_parts(1, [0; 5], number));
        let counters = Counters::default();
        let at = EpochMs(100 * HOUR_MS + 5);
        for why in ["INSUFFICIENT", "INSUFFICIENT", "FROZEN"] {
            counters.count(project(1), at, CounterKind::Declined, why, 1);
        }
        counters.count(project(2), at, CounterKind::Paid, "", 1);
        counters.count(project(1), EpochMs(99 * HOUR_MS), CounterKind::Paid, "", 1);
        let counts = counters.waiting(project(1), 100);
        assert_eq!((counts.of(CounterKind::Declined), counts.of(CounterKind::Paid)), (3, 0));
        assert_eq!(
            counts.by_reason(CounterKind::Declined),
            [("INSUFFICIENT".to_owned(), 2), ("FROZEN".to_owned(), 1)]
        );
        let taken = counters.take();
        assert_eq!(counters.waiting(project(1), 0), Counts::default());
        let mut read_back = Counts::default();
        read_back.add_rows(&taken);
        counters.put_back(taken);
        counters.count(project(1), at, CounterKind::Declined, "FROZEN", 1);
        assert_eq!(read_back.of(CounterKind::Declined), 3);
        assert_eq!(counters.waiting(project(1), 99).of(CounterKind::Declined), 4);
    }
}
