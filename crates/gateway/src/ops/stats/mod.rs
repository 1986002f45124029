//! What an overview shows: counts of what happened, and where time goes. Nothing here scans a table.

mod counters;
mod counting;
mod latency;
mod run;

pub use counters::{CounterKind, Counters, Counts};
pub use counting::{delivery, observer};
pub use latency::{Histogram, LatencyHistory, LatencyRecorder, Point, Span};
pub use run::{run, write};

use domain::ProjectId;
use store::ReadError;

use crate::ops::Ops;

/// The stretches that an overview sums up, in hours: a day, a week, thirty days.
const STRETCHES: [i64; 3] = [24, 7 * 24, 30 * 24];

/// What happened to one project, and what is open now.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Of the last 24 hours, 7 days and 30 days of the machine's clock, the present hour included; a moved sandbox clock does not count.
    pub counts: [Counts; 3],
    /// Won debited in each of the last 24 hours, oldest first.
    pub debited: Vec<u64>,
    /// Payments now that are in doubt or need a person; 1,000 also stands for more.
    pub in_doubt: u64,
    /// Customers that are being asked for their consent now.
    pub open_consents: u64,
}

/// Reads it: each query is on an index that holds no more than a month's counts, what is in doubt, or what is open.
pub async fn read(ops: &Ops, project: ProjectId) -> Result<Overview, ReadError> {
    let store = ops.services.store();
    let hour = counters::hour_of(ops.services.clocks.machine_now());
    let mut counts: [Counts; 3] = Default::default();
    for (sum, hours) in counts.iter_mut().zip(STRETCHES) {
        let since = hour - hours + 1;
        // What waits first: what is written meanwhile is missed for a moment rather than counted twice.
        *sum = ops.counters.waiting(project, since);
        sum.add_rows(&store.counts(project, since).await?);
    }
    let first = hour - STRETCHES[0] + 1;
    let mut debited = vec![0; STRETCHES[0].unsigned_abs() as usize];
    let kind = CounterKind::DebitedWon;
    let waiting = ops.counters.waiting_by_hour(project, kind);
    let written = store.counts_by_hour(project, first, kind.name()).await?;
    for (hour, count) in waiting.into_iter().chain(written) {
        let slot = usize::try_from(hour - first)
            .ok()
            .and_then(|slot| debited.get_mut(slot));
        slot.into_iter()
            .for_each(|sum: &mut u64| *sum = sum.saturating_add(count));
    }
    Ok(Overview {
        counts,
        debited,
        in_doubt: store.count_in_doubt(project).await?,
        open_consents: store.open_consents(project).await?,
    })
}
