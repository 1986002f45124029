//! `GET /console/health`: where time goes, on this node.

use askama::Template;
use axum::response::Response;
use gateway::stats::{Point, Span};

use crate::chart::{self, Line, milliseconds};
use crate::format::{self, filters};
use crate::layout::{Frame, Section};
use crate::page_context::PageContext;
use crate::response::page;
use crate::words;

/// Looks that the curves are wide at least: a quarter of an hour.
const SLOTS_MIN: usize = 60;
/// Looks of a minute.
const LOOKS_A_MINUTE: usize = 4;
/// Looks that one row of the curve's table stands for: five minutes.
const ROW_LOOKS: usize = 20;

#[derive(Template)]
#[template(path = "health.html")]
struct Health {
    frame: Frame,
    words: &'static words::Overview,
    latency: Latency,
}

struct Latency {
    rows: Vec<Row>,
    curves: Vec<Curve>,
    lines: Vec<Line>,
    minutes: Vec<Minutes>,
    has_any: bool,
    /// How long ago the curves begin.
    minutes_ago: usize,
}

/// One stretch over the whole hour.
struct Row {
    class: &'static str,
    label: &'static str,
    count: u64,
    middle: String,
    slowest: String,
    seconds: String,
}

struct Curve {
    class: &'static str,
    path: String,
}

/// Five minutes of all curves.
struct Minutes {
    clock: String,
    cells: Vec<String>,
}

/// The page.
pub async fn show(context: PageContext) -> Response {
    let words = words::Overview::of(context.language());
    page(&Health {
        frame: Frame::of(&context, Some(Section::Health), words.health),
        words,
        latency: latency(&context, words),
    })
}

fn latency(context: &PageContext, words: &words::Overview) -> Latency {
    let stretches = [
        (Span::Request, "request", words.request),
        (Span::Queue, "queue", words.queue),
        (Span::Commit, "commit", words.commit),
        (Span::Pg, "pg", words.pg),
    ];
    let curves = stretches.map(|(stretch, _, _)| context.operator.latency_curve(stretch));
    let rows = stretches.map(|(stretch, class, label)| {
        let whole = context.operator.latency(stretch);
        Row {
            class,
            label,
            count: whole.count(),
            middle: milliseconds(whole.quantile_ms(0.5)),
            slowest: milliseconds(whole.quantile_ms(0.99)),
            seconds: format!("{:.1} s", whole.sum_seconds()),
        }
    });
    let slots = curves[0].len().max(SLOTS_MIN);
    let drawn = stretches.iter().zip(&curves).map(|((_, class, _), points)| Curve {
        class,
        path: chart::curve(points, slots),
    });
    Latency {
        has_any: rows.iter().any(|row| row.count > 0),
        rows: rows.into(),
        curves: drawn.collect(),
        lines: chart::lines(),
        minutes_ago: slots / LOOKS_A_MINUTE,
        minutes: minutes(&curves),
    }
}

/// The slowest of each five minutes, the newest first.
fn minutes(curves: &[Vec<Point>; 4]) -> Vec<Minutes> {
    let mut rows: Vec<Minutes> = Vec::new();
    let length = curves.iter().map(Vec::len).min().unwrap_or(0);
    for from in (0..length).step_by(ROW_LOOKS) {
        let until = (from + ROW_LOOKS).min(length);
        let slowest = |points: &Vec<Point>| {
            points[from..until]
                .iter()
                .filter_map(|point| point.p99_ms)
                .reduce(f64::max)
        };
        rows.push(Minutes {
            clock: format::date_and_clock(curves[0][until - 1].at).1,
            cells: curves.iter().map(|points| milliseconds(slowest(points))).collect(),
        });
    }
    rows.reverse();
    rows
}
