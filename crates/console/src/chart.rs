//! Charts as numbers: the templates only write them down. Everything a chart shows is also in a table beside it.

use gateway::stats::Point;

/// One bar of a list, at most 100 wide.
pub struct Bar {
    pub label: String,
    pub count: u64,
    /// Of the longest bar, or of the whole.
    pub percent: u64,
    pub tone: &'static str,
}

impl Bar {
    /// A bar of `count` against `whole`.
    pub fn new(label: impl Into<String>, count: u64, whole: u64, tone: &'static str) -> Self {
        Self {
            label: label.into(),
            count,
            percent: percent(count, whole),
            tone,
        }
    }
}

/// 0 to 100; something is never nothing.
fn percent(count: u64, whole: u64) -> u64 {
    if count == 0 || whole == 0 {
        return 0;
    }
    (count.saturating_mul(100) / whole).clamp(1, 100)
}

/// The picture's size, without its margins.
pub const WIDTH: f64 = 566.0;
pub const HEIGHT: f64 = 160.0;
pub const LEFT: f64 = 66.0;
pub const TOP: f64 = 8.0;
/// The least and the greatest that is drawn, in powers of ten of a millisecond: 0.1 ms to 10 s.
const POWERS: [i32; 6] = [-1, 0, 1, 2, 3, 4];

/// A line across, with what it stands for.
pub struct Line {
    pub y: f64,
    pub label: &'static str,
}

/// The lines of the scale, which is logarithmic.
pub fn lines() -> Vec<Line> {
    let labels = ["0.1 ms", "1 ms", "10 ms", "100 ms", "1 s", "10 s"];
    let line = |(power, label): (i32, &'static str)| Line {
        y: y(10_f64.powi(power)),
        label,
    };
    POWERS.into_iter().zip(labels).map(line).collect()
}

fn y(ms: f64) -> f64 {
    let (least, most) = (f64::from(POWERS[0]), f64::from(POWERS[POWERS.len() - 1]));
    let share = (ms.max(0.000_1).log10().clamp(least, most) - least) / (most - least);
    round(TOP + HEIGHT * (1.0 - share))
}

/// The `d` of a path through `points`; where nothing was measured it has a gap. `slots` points fill the width, and the
/// last point is at the right.
pub fn curve(points: &[Point], slots: usize) -> String {
    let step = WIDTH / slots.saturating_sub(1).max(1) as f64;
    let first = slots.saturating_sub(points.len());
    let mut path = String::new();
    let mut is_down = false;
    for (index, point) in points.iter().enumerate() {
        let Some(ms) = point.p99_ms else {
            is_down = false;
            continue;
        };
        let x = round(LEFT + step * (first + index) as f64);
        let y = y(ms);
        // A point between two gaps is a short dash, or it would not be seen.
        path.push_str(&if is_down {
            format!("L{x} {y}")
        } else {
            format!("M{x} {y}h1")
        });
        is_down = true;
    }
    path
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// `0.24`, `3.1`, `250`.
pub fn milliseconds(ms: Option<f64>) -> String {
    match ms {
        None => "—".to_owned(),
        Some(ms) if ms < 1.0 => format!("{ms:.2}\u{a0}ms"),
        Some(ms) if ms < 10.0 => format!("{ms:.1}\u{a0}ms"),
        Some(ms) => format!("{ms:.0}\u{a0}ms"),
    }
}

#[cfg(test)]
mod tests {
    use domain::EpochMs;

    use super::*;

    #[test]
    fn a_curve_goes_up_with_time_and_leaves_gaps() {
        let point = |p99_ms| Point {
            at: EpochMs(0),
            p99_ms,
            count: 1,
        };
        let points = [point(Some(0.1)), point(Some(10_000.0)), point(None), point(Some(1.0))];
        let bottom = TOP + HEIGHT;
        assert_eq!(
            curve(&points, 4),
            format!(
                "M66 {bottom}h1L{} {TOP}M632 {}h1",
                round(LEFT + WIDTH / 3.0),
                bottom - HEIGHT / 5.0
            )
        );
        assert!(
            curve(&points, 8).starts_with("M389.4 "),
            "few points stand at the right: {}",
            curve(&points, 8)
        );
        assert_eq!(curve(&[], 4), "");
    }

    #[test]
    fn a_bar_that_stands_for_something_is_seen() {
        assert_eq!(Bar::new("", 1, 1_000_000, "").percent, 1);
        assert_eq!(Bar::new("", 0, 10, "").percent, 0);
        assert_eq!(Bar::new("", 10, 10, "").percent, 100);
        assert_eq!(Bar::new("", 11, 10, "").percent, 100);
    }
}
