//! Running many connections for a while.

use std::future::Future;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::task::JoinSet;

/// Baselines run this long before what they are compared with.
pub const BASELINE: Duration = Duration::from_secs(5);

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

/// The number of each round, and when it begins, until `deadline`.
pub fn rounds(deadline: Instant) -> impl Iterator<Item = (u32, Instant)> {
    (0..)
        .map(|number| (number, Instant::now()))
        .take_while(move |(_, now)| *now < deadline)
}

/// A load that has run.
pub struct Ran<T> {
    pub elapsed: Duration,
    pub results: Vec<T>,
}

impl<const N: usize> Ran<[Latencies; N]> {
    /// Those of all connections together.
    pub fn latencies(&self) -> [Latencies; N] {
        let all = |at: usize| self.results.iter().fold(latencies(), |sum, one| sum + &one[at]);
        std::array::from_fn(all)
    }
}

impl<T> Ran<T> {
    /// How many of `count` a second.
    pub fn per_second(&self, count: u64) -> f64 {
        count as f64 / self.elapsed.as_secs_f64()
    }
}

/// Runs `worker(connection, index, deadline)` on each of the connections at once; the first error ends the run.
pub async fn run<C, T, F, W>(connections: Vec<C>, lasts: Duration, worker: W) -> anyhow::Result<Ran<T>>
where
    T: Send + 'static,
    F: Future<Output = anyhow::Result<T>> + Send + 'static,
    W: Fn(C, usize, Instant) -> F,
{
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for (index, connection) in connections.into_iter().enumerate() {
        tasks.spawn(worker(connection, index, started + lasts));
    }
    let mut results = Vec::new();
    while let Some(result) = tasks.join_next().await {
        results.push(result??);
    }
    Ok(Ran {
        elapsed: started.elapsed(),
        results,
    })
}
