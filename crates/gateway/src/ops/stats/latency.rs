//! Where time goes: what this process measures of four stretches of a request's way, kept for an hour in quarters of a minute.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use domain::EpochMs;
use metrics::{Counter, Gauge, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};

/// How long one point of a curve is.
pub const EVERY_MS: u64 = 15_000;
/// An hour of points.
const POINTS_MAX: usize = 240;

/// A stretch of a request's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::VariantArray)]
pub enum Span {
    /// The whole request; the one that waits for a customer is left out.
    Request,
    /// A write waits for its turn.
    Queue,
    /// A group of writes becomes durable.
    Commit,
    /// A call to the PG, the worker's own ones included.
    Pg,
}

impl Span {
    fn metric(self) -> &'static str {
        match self {
            Self::Request => "jadong_http_request_seconds",
            Self::Queue => "jadong_store_queue_seconds",
            Self::Commit => "jadong_store_commit_seconds",
            Self::Pg => "jadong_pg_call_seconds",
        }
    }

    fn of(key: &Key) -> Option<Self> {
        let spans = <Self as strum::VariantArray>::VARIANTS.iter().copied();
        let span = spans.into_iter().find(|span| span.metric() == key.name())?;
        (span != Self::Request
            || key
                .labels()
                .any(|label| label.key() == "endpoint" && is_quick(label.value())))
        .then_some(span)
    }
}

/// An endpoint of the API, but not the one that is held until the customer has decided.
fn is_quick(endpoint: &str) -> bool {
    endpoint.starts_with("/v2/") && endpoint != "/v2/request/subscribe/automatic-transfer"
}

/// Buckets of a histogram, each a quarter of an octave wide: from 1 µs to about 4 minutes.
const BUCKETS: usize = 112;

/// How many took how long.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    counts: [u32; BUCKETS],
    sum_seconds: f64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            counts: [0; BUCKETS],
            sum_seconds: 0.0,
        }
    }
}

impl Histogram {
    fn record(&mut self, seconds: f64) {
        let bucket = (seconds * 1e6).max(1.0).log2() * 4.0;
        self.counts[(bucket as usize).min(BUCKETS - 1)] += 1;
        self.sum_seconds += seconds;
    }

    fn add(mut self, other: &Self) -> Self {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
        self.sum_seconds += other.sum_seconds;
        self
    }

    /// How many were measured.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().copied().map(u64::from).sum()
    }

    /// Seconds, all together.
    #[must_use]
    pub fn sum_seconds(&self) -> f64 {
        self.sum_seconds
    }

    /// The milliseconds that a share of `quantile` (0 to 1) did not exceed, within its bucket by proportion; `None` when
    /// nothing was measured.
    #[must_use]
    pub fn quantile_ms(&self, quantile: f64) -> Option<f64> {
        let edge_ms = |bucket: usize| (bucket as f64 / 4.0).exp2() / 1e3;
        let (wanted, mut below) = (quantile * self.count() as f64, 0.0);
        for (bucket, count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let share = (wanted - below) / f64::from(*count);
            if share <= 1.0 {
                return Some(edge_ms(bucket) + (edge_ms(bucket + 1) - edge_ms(bucket)) * share.max(0.0));
            }
            below += f64::from(*count);
        }
        None
    }
}

/// One point of a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub at: EpochMs,
    /// Of the time since the point before.
    pub p99_ms: Option<f64>,
    pub count: u64,
}

/// What was measured since the last point, and the points of the last hour.
#[derive(Default)]
pub struct LatencyHistory {
    current: [Mutex<Histogram>; 4],
    points: Mutex<VecDeque<(EpochMs, [Histogram; 4])>>,
}

/// As there is one recorder in a process.
static OF_PROCESS: LazyLock<Arc<LatencyHistory>> = LazyLock::new(Arc::default);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl LatencyHistory {
    /// What [`LatencyRecorder`] measures.
    pub fn of_process() -> Arc<Self> {
        OF_PROCESS.clone()
    }

    /// Ends the present point.
    pub fn end_point(&self, at: EpochMs) {
        let measured = self
            .current
            .each_ref()
            .map(|histogram| std::mem::take(&mut *lock(histogram)));
        let mut points = lock(&self.points);
        points.push_back((at, measured));
        if points.len() > POINTS_MAX {
            points.pop_front();
        }
    }

    /// What was measured in the points that are kept.
    #[must_use]
    pub fn whole(&self, span: Span) -> Histogram {
        let points = lock(&self.points);
        let histograms = points.iter().map(|(_, measured)| &measured[span as usize]);
        histograms.fold(Histogram::default(), Histogram::add)
    }

    /// A curve, oldest point first.
    #[must_use]
    pub fn curve(&self, span: Span) -> Vec<Point> {
        let point = |(at, measured): &(EpochMs, [Histogram; 4])| Point {
            at: *at,
            p99_ms: measured[span as usize].quantile_ms(0.99),
            count: measured[span as usize].count(),
        };
        lock(&self.points).iter().map(point).collect()
    }
}

/// Hears of every measurement of the four stretches; to be installed beside the recorder that shows the metrics.
pub struct LatencyRecorder;

struct Measured(Span);

impl HistogramFn for Measured {
    fn record(&self, seconds: f64) {
        lock(&OF_PROCESS.current[self.0 as usize]).record(seconds);
    }
}

impl Recorder for LatencyRecorder {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> metrics::Histogram {
        Span::of(key).map_or_else(metrics::Histogram::noop, |span| {
            metrics::Histogram::from_arc(Arc::new(Measured(span)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_shows_what_came_between_two_points() {
        let history = LatencyHistory::default();
        for _ in 0..100 {
            lock(&history.current[Span::Pg as usize]).record(0.15);
        }
        history.end_point(EpochMs(1));
        history.end_point(EpochMs(2));
        let curve = history.curve(Span::Pg);
        assert_eq!(curve.iter().map(|point| point.count).collect::<Vec<_>>(), [100, 0]);
        let p99 = curve[0].p99_ms.unwrap();
        assert!((125.0..180.0).contains(&p99), "within its bucket: {p99}");
        assert_eq!(curve[1].p99_ms, None);
        let whole = history.whole(Span::Pg);
        assert_eq!((whole.count(), whole.sum_seconds().round()), (100, 15.0));
        assert_eq!(history.whole(Span::Request).count(), 0);
    }

    #[test]
    fn what_took_nothing_or_for_ever_is_counted_too() {
        let mut histogram = Histogram::default();
        for seconds in [0.0, -1.0, f64::NAN, 1e-9, 1e9, f64::INFINITY] {
            histogram.record(seconds);
        }
        assert_eq!(histogram.count(), 6);
        assert!(histogram.quantile_ms(1.0).unwrap() > 200_000.0);
        assert!(histogram.quantile_ms(0.0).unwrap() < 0.01);
    }

    #[test]
    fn an_hour_is_kept_and_no_more() {
        let history = LatencyHistory::default();
        for at in 0..1_000 {
            lock(&history.current[0]).record(0.001);
            history.end_point(EpochMs(at));
        }
        assert_eq!(history.curve(Span::Request).len(), POINTS_MAX);
        assert_eq!(history.whole(Span::Request).count(), POINTS_MAX as u64);
    }

    #[test]
    fn a_request_that_is_held_for_a_customer_is_no_latency() {
        let of = |name, endpoint| Span::of(&Key::from_parts(name, &[("endpoint", endpoint)][..]));
        let request = "jadong_http_request_seconds";
        assert_eq!(of(request, "/v2/subscribe/payment"), Some(Span::Request));
        assert_eq!(of(request, "/v2/request/subscribe/automatic-transfer"), None);
        assert_eq!(of(request, "/console"), None);
        assert_eq!(of("jadong_pg_call_seconds", ""), Some(Span::Pg));
        assert_eq!(of("jadong_other_seconds", ""), None);
    }
}
