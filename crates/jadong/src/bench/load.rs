//! Running many connections for a while.

use std::future::Future;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::task::JoinSet;

/// Latencies in microseconds.
pub type Latencies = Histogram<u64>;

/// An empty histogram: up to a minute, three digits.
pub fn latencies() -> Latencies {
    Histogram::new_with_max(60_000_000, 3).expect("the bounds are constants that hdrhistogram accepts")
}

/// Notes how long something took.
pub fn note(latencies: &mut Latencies, took: Duration) {
    latencies.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1));
}

/// A load that has run.
pub struct Ran<T> {
    pub elapsed: Duration,
    pub results: Vec<T>,
}

/// Runs `worker(index, deadline)` on `connections` tasks; the first error ends the run.
pub async fn run<T, F, W>(connections: usize, lasts: Duration, worker: W) -> anyhow::Result<Ran<T>>
where
    T: Send + 'static,
    F: Future<Output = anyhow::Result<T>> + Send + 'static,
    W: Fn(usize, Instant) -> F,
{
    let started = Instant::now();
    let deadline = started + lasts;
    let mut tasks = JoinSet::new();
    for index in 0..connections {
        tasks.spawn(worker(index, deadline));
    }
    let mut results = Vec::with_capacity(connections);
    while let Some(result) = tasks.join_next().await {
        results.push(result??);
    }
    Ok(Ran {
        elapsed: started.elapsed(),
        results,
    })
}
