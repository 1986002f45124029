//! Where time goes: the process's own histograms, looked at every quarter of a minute and kept for an hour. What is
//! measured is measured once; this only reads it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use domain::EpochMs;

/// A look this often.
pub const EVERY_MS: u64 = 15_000;
/// An hour of looks, and one before it.
const LOOKS_MAX: usize = 241;

/// A stretch of a request's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    pub const ALL: [Self; 4] = [Self::Request, Self::Queue, Self::Commit, Self::Pg];

    fn metric(self) -> &'static str {
        match self {
            Self::Request => "jadong_http_request_seconds",
            Self::Queue => "jadong_store_queue_seconds",
            Self::Commit => "jadong_store_commit_seconds",
            Self::Pg => "jadong_pg_call_seconds",
        }
    }
}

/// A cumulative histogram: how many took at most so many seconds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Histogram {
    /// Upper bounds in seconds, ascending, the last infinite; and how many did not exceed each.
    buckets: Vec<(f64, u64)>,
    sum_seconds: f64,
}

impl Histogram {
    /// How many were measured.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.buckets.last().map_or(0, |(_, count)| *count)
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
        let count = self.count();
        if count == 0 {
            return None;
        }
        let wanted = quantile * count as f64;
        let (mut lower, mut below) = (0.0, 0);
        for (upper, up_to) in &self.buckets {
            if *up_to as f64 >= wanted && *up_to > below {
                // Nothing is known above the last bound.
                if upper.is_infinite() {
                    return Some(lower * 1000.0);
                }
                let share = (wanted - below as f64) / (up_to - below) as f64;
                return Some((lower + (upper - lower) * share.max(0.0)) * 1000.0);
            }
            (lower, below) = (*upper, *up_to);
        }
        Some(lower * 1000.0)
    }

    fn add(&mut self, bound: f64, count: u64) {
        match self.buckets.iter_mut().find(|(known, _)| *known == bound) {
            Some((_, known)) => *known += count,
            None => self.buckets.push((bound, count)),
        }
    }

    /// What came since `before`, an earlier look at the same histogram.
    fn since(&self, before: &Self) -> Self {
        let earlier = |bound: f64| {
            before
                .buckets
                .iter()
                .find(|(known, _)| *known == bound)
                .map_or(0, |(_, count)| *count)
        };
        Self {
            buckets: self
                .buckets
                .iter()
                .map(|(bound, count)| (*bound, count.saturating_sub(earlier(*bound))))
                .collect(),
            sum_seconds: (self.sum_seconds - before.sum_seconds).max(0.0),
        }
    }
}

/// All stretches at one moment.
#[derive(Debug, Clone)]
struct LatencySample {
    at: EpochMs,
    histograms: [Histogram; 4],
}

/// The looks of the last hour.
#[derive(Default)]
pub struct LatencyHistory(Mutex<VecDeque<LatencySample>>);

/// One point of a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub at: EpochMs,
    /// Of the time since the point before.
    pub p99_ms: Option<f64>,
    pub count: u64,
}

impl LatencyHistory {
    /// Looks at `text`, metrics in the Prometheus text format.
    pub fn sample(&self, at: EpochMs, text: &str) {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        looks.push_back(LatencySample {
            at,
            histograms: read(text),
        });
        if looks.len() > LOOKS_MAX {
            looks.pop_front();
        }
    }

    /// What was measured since the first look that is kept.
    #[must_use]
    pub fn whole(&self, stretch: Span) -> Histogram {
        let looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (looks.front(), looks.back()) {
            (Some(first), Some(last)) => last.histograms[stretch as usize].since(&first.histograms[stretch as usize]),
            _ => Histogram::default(),
        }
    }

    /// A curve, oldest point first; each point is the time between two looks.
    #[must_use]
    pub fn curve(&self, stretch: Span) -> Vec<Point> {
        let looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs = looks.iter().zip(looks.iter().skip(1));
        pairs
            .map(|(before, look)| {
                let passed = look.histograms[stretch as usize].since(&before.histograms[stretch as usize]);
                Point {
                    at: look.at,
                    p99_ms: passed.quantile_ms(0.99),
                    count: passed.count(),
                }
            })
            .collect()
    }
}

/// Reads the four histograms, their labels added up.
fn read(text: &str) -> [Histogram; 4] {
    let mut histograms = [const {
        Histogram {
            buckets: Vec::new(),
            sum_seconds: 0.0,
        }
    }; 4];
    for line in text.lines() {
        let Some(stretch) = Span::ALL.into_iter().find(|stretch| line.starts_with(stretch.metric())) else {
            continue;
        };
        if stretch == Span::Request && !is_quick(line) {
            continue;
        }
        let Some((name, value)) = line.rsplit_once(' ') else {
            continue;
        };
        let histogram = &mut histograms[stretch as usize];
        let rest = &name[stretch.metric().len()..];
        if rest.starts_with("_sum") {
            histogram.sum_seconds += value.parse().unwrap_or(0.0);
        } else if rest.starts_with("_bucket")
            && let Some(bound) = bound(rest)
        {
            histogram.add(bound, value.parse().unwrap_or(0));
        }
    }
    for histogram in &mut histograms {
        histogram.buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    histograms
}

/// Requests of the API, but not the one that is held until the customer has decided.
fn is_quick(line: &str) -> bool {
    line.contains("endpoint=\"/v2/") && !line.contains("endpoint=\"/v2/request/subscribe/automatic-transfer\"")
}

fn bound(labels: &str) -> Option<f64> {
    let (_, bound) = labels.split_once("le=\"")?;
    let (bound, _) = bound.split_once('"')?;
    if bound == "+Inf" {
        return Some(f64::INFINITY);
    }
    bound.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(counts: [u64; 3], sum: f64) -> String {
        let line = |le: &str, count: u64| {
            format!("jadong_pg_call_seconds_bucket{{call=\"charge\",outcome=\"done\",le=\"{le}\"}} {count}\n")
        };
        let held = "jadong_http_request_seconds_bucket{endpoint=\"/v2/request/subscribe/automatic-transfer\",status=\"2xx\",le=\"+Inf\"} 9\n";
        line("0.1", counts[0])
            + &line("0.2", counts[1])
            + &line("+Inf", counts[2])
            + held
            + &format!("jadong_pg_call_seconds_sum{{call=\"charge\",outcome=\"done\"}} {sum}\n# TYPE x\n")
    }

    #[test]
    fn a_curve_shows_what_came_between_two_looks() {
        let looks = LatencyHistory::default();
        for (at, counts, sum) in [
            (0, [10, 10, 10], 0.5),
            (1, [10, 110, 110], 15.5),
            (2, [10, 110, 110], 15.5),
        ] {
            looks.sample(EpochMs(at), &text(counts, sum));
        }
        let curve = looks.curve(Span::Pg);
        assert_eq!(curve.iter().map(|point| point.count).collect::<Vec<_>>(), [100, 0]);
        assert_eq!(curve[0].p99_ms.map(f64::round), Some(199.0));
        assert_eq!(curve[1].p99_ms, None);
        let whole = looks.whole(Span::Pg);
        assert_eq!((whole.count(), whole.sum_seconds()), (100, 15.0));
        assert_eq!(whole.quantile_ms(0.5).map(f64::round), Some(150.0));
        assert_eq!(looks.whole(Span::Request).count(), 0, "a held request is no latency");
    }

    #[test]
    fn an_hour_is_kept_and_no_more() {
        let looks = LatencyHistory::default();
        for at in 0..1_000 {
            looks.sample(EpochMs(at), &text([0, 0, u64::try_from(at).unwrap()], 0.0));
        }
        assert_eq!(looks.curve(Span::Pg).len(), LOOKS_MAX - 1);
        assert_eq!(looks.whole(Span::Pg).count(), 240);
    }
}
