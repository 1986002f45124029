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

/// The hours that an overview sums up.
const HOURS: i64 = 24;

/// One project's last day, and now.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Of the last 24 hours of the machine's clock, the present one included; a moved sandbox clock does not count.
    pub counts: Counts,
    /// Payments now that are in doubt or need a person; 1,000 also stands for more.
    pub in_doubt: u64,
    /// Customers that are being asked for their consent now.
    pub open_consents: u64,
}

/// Reads it: three queries, each on an index that holds no more than a day's counts, what is in doubt, or what is open.
pub async fn read(ops: &Ops, project: ProjectId) -> Result<Overview, ReadError> {
    let since = counters::hour_of(ops.services.clocks.machine_now()) - HOURS + 1;
    // What waits first: what is written meanwhile is missed for a moment rather than counted twice.
    let mut counts = ops.counters.waiting(project, since);
    counts.add_rows(&ops.services.store().counts(project, since).await?);
    Ok(Overview {
        counts,
        in_doubt: ops.services.store().count_in_doubt(project).await?,
        open_consents: ops.services.store().open_consents(project).await?,
    })
}
