//! `GET /console`: the last day at a glance, and where time goes.

use askama::Template;
use axum::response::Response;
use domain::{ErrorCode, payment::DeclineReason};
use gateway::Language;
use gateway::stats::{CounterKind, Counts, Point, Span};

use crate::chart::{self, Bar, Line, milliseconds};
use crate::format::{self, filters};
use crate::layout::{Frame, Section};
use crate::live::{self, Kind};
use crate::page_context::PageContext;
use crate::page_context::PageError;
use crate::response::page;
use crate::words::{self, overview};

/// Looks that the curves are wide at least: a quarter of an hour.
const SLOTS_MIN: usize = 60;
/// Looks of a minute.
const LOOKS_A_MINUTE: usize = 4;
/// Looks that one row of the curve's table stands for: five minutes.
const ROW_LOOKS: usize = 20;

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    frame: Frame,
    words: &'static words::Overview,
    triggers: String,
    tiles: Vec<Tile>,
    funnel: Vec<Bar>,
    lost: Vec<Bar>,
    debits: Vec<Bar>,
    declines: Vec<Bar>,
    webhooks: Vec<Bar>,
    latency: Latency,
}

struct Tile {
    label: &'static str,
    number: String,
    href: &'static str,
    is_alarming: bool,
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
pub async fn show(context: PageContext) -> Result<Response, PageError> {
    let words = words::Overview::of(context.language());
    let read = context.operator.overview(context.project).await;
    let read = read.map_err(|refusal| PageError::refused(&context, &refusal))?;
    let (counts, language) = (&read.counts, context.language());
    let bars = |what, label: fn(&str, Language) -> String, tone| {
        let reasons = counts.by_reason(what);
        let most = reasons.first().map_or(0, |(_, count)| *count);
        let bar = |(why, count): &(String, u64)| Bar::new(label(why, language), *count, most, tone);
        reasons.iter().map(bar).collect::<Vec<_>>()
    };
    Ok(page(&Overview {
        frame: Frame::of(&context, Some(Section::Overview), words.title),
        words,
        triggers: live::triggers(&[Kind::Issuance, Kind::Payment, Kind::Webhook]),
        tiles: tiles(words, &read),
        funnel: funnel(words, counts),
        lost: bars(CounterKind::Lost, error, "bad"),
        debits: debits(words, counts),
        declines: bars(CounterKind::Declined, decline, "bad"),
        webhooks: webhooks(words, counts, language),
        latency: latency(&context, words),
    }))
}

fn tiles(words: &'static words::Overview, read: &gateway::stats::Overview) -> Vec<Tile> {
    let counts = &read.counts;
    let tile = |label, number: u64, href| Tile {
        label,
        number: number.to_string(),
        href,
        is_alarming: false,
    };
    vec![
        tile(words.issued, counts.of(CounterKind::Issued), "/console/keys"),
        tile(words.paid, counts.of(CounterKind::Paid), "/console/receipts?state=paid"),
        tile(
            words.declined,
            counts.of(CounterKind::Declined),
            "/console/receipts?state=declined",
        ),
        Tile {
            is_alarming: read.in_doubt > 0,
            ..tile(words.in_doubt_now, read.in_doubt, "/console/doubts")
        },
        tile(
            words.waiting_now,
            read.open_consents,
            "/console/receipts?kind=issuances",
        ),
    ]
}

fn funnel(words: &words::Overview, counts: &Counts) -> Vec<Bar> {
    let asked = counts.of(CounterKind::Requested);
    [
        (words.requested, CounterKind::Requested, "all"),
        (words.consented, CounterKind::Consented, "all"),
        (words.published, CounterKind::Published, "all"),
        (words.issued, CounterKind::Issued, "good"),
    ]
    .map(|(label, what, tone)| Bar::new(label, counts.of(what), asked, tone))
    .into()
}

fn debits(words: &words::Overview, counts: &Counts) -> Vec<Bar> {
    let rows = [
        (words.paid, CounterKind::Paid, "good"),
        (words.declined, CounterKind::Declined, "bad"),
        (words.in_doubt, CounterKind::InDoubt, "open"),
        (words.voided, CounterKind::Voided, "all"),
        (words.needs_person, CounterKind::NeedsReview, "bad"),
        (words.cancelled, CounterKind::Cancelled, "all"),
    ];
    let most = rows.iter().map(|(_, what, _)| counts.of(*what)).max().unwrap_or(0);
    rows.map(|(label, what, tone)| Bar::new(label, counts.of(what), most, tone))
        .into()
}

fn webhooks(words: &words::Overview, counts: &Counts, language: Language) -> Vec<Bar> {
    let failed = counts.by_reason(CounterKind::NotDelivered);
    let delivered = counts.of(CounterKind::Delivered);
    let most = failed
        .iter()
        .map(|(_, count)| *count)
        .chain([delivered])
        .max()
        .unwrap_or(0);
    let mut bars = vec![Bar::new(words.delivered, delivered, most, "good")];
    bars.extend(
        failed
            .iter()
            .map(|(why, count)| Bar::new(overview::delivery(why, language), *count, most, "bad")),
    );
    bars
}

fn error(name: &str, language: Language) -> String {
    let code = ErrorCode::from_name(name);
    code.map_or(name, |code| format::sentence(code, language)).to_owned()
}

fn decline(name: &str, language: Language) -> String {
    DeclineReason::from_name(name).map_or_else(
        || name.to_owned(),
        |reason| overview::decline(reason, language).to_owned(),
    )
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
