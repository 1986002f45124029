//! `GET /console`: what was debited, the last day at a glance, and the first steps of who has just begun.

use askama::Template;
use axum::response::Response;
use domain::{ErrorCode, payment::DeclineReason};
use gateway::stats::{CounterKind, Counts};
use gateway::{FirstSteps, Language};

use crate::chart::Bar;
use crate::format::{self, filters, won_in_all};
use crate::layout::{Frame, Section};
use crate::live::{self, Kind};
use crate::page_context::PageContext;
use crate::page_context::PageError;
use crate::response::page;
use crate::words::{self, overview};

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
    money: Vec<MoneyRow>,
    hours: Vec<Hour>,
    most: String,
    steps: Vec<Step>,
}

/// What moved in a day, a week or thirty days.
struct MoneyRow {
    label: &'static str,
    debited: String,
    refunded: String,
    net: String,
    debits: u64,
    /// Of the debits that have an outcome, those that were paid.
    success: String,
}

/// What was debited in one hour, as a part of the most.
struct Hour {
    x: usize,
    y: u64,
    height: u64,
}

/// Something to do once.
struct Step {
    label: &'static str,
    href: &'static str,
    link: &'static str,
    is_done: bool,
}

struct Tile {
    label: &'static str,
    number: String,
    href: &'static str,
    is_alarming: bool,
}

/// The page.
pub async fn show(context: PageContext) -> Result<Response, PageError> {
    let words = words::Overview::of(context.language());
    let read = context.operator.overview(context.project).await;
    let read = read.map_err(|refusal| PageError::refused(&context, &refusal))?;
    let first = context.operator.first_steps(context.project).await;
    let first = first.map_err(|refusal| PageError::refused(&context, &refusal))?;
    let (counts, language) = (&read.counts[0], context.language());
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
        money: money(words, &read.counts, language),
        hours: hours(&read.debited),
        most: won_in_all(read.debited.iter().copied().max().unwrap_or(0), language),
        steps: if first.are_done() {
            Vec::new()
        } else {
            steps(words, first)
        },
    }))
}

fn tiles(words: &'static words::Overview, read: &gateway::stats::Overview) -> Vec<Tile> {
    let counts = &read.counts[0];
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

fn money(words: &words::Overview, counts: &[Counts; 3], language: Language) -> Vec<MoneyRow> {
    let row = |(label, counts): (&'static str, &Counts)| {
        let [debited, refunded] = [CounterKind::DebitedWon, CounterKind::RefundedWon].map(|kind| counts.of(kind));
        let paid = counts.of(CounterKind::Paid);
        let others = counts.of(CounterKind::Declined) + counts.of(CounterKind::Voided);
        let net = match debited.checked_sub(refunded) {
            Some(net) => won_in_all(net, language),
            // What was debited before and given back now.
            None => format!("−{}", won_in_all(refunded - debited, language)),
        };
        MoneyRow {
            label,
            debited: won_in_all(debited, language),
            refunded: won_in_all(refunded, language),
            net,
            debits: paid,
            success: match paid + others {
                0 => "–".to_owned(),
                // Down, so that 100 % says that none failed.
                all => format!("{} %", paid.saturating_mul(100) / all),
            },
        }
    };
    [words.day, words.week, words.month]
        .into_iter()
        .zip(counts)
        .map(row)
        .collect()
}

/// Bars of up to a hundred; an hour in which anything moved has a bar.
fn hours(debited: &[u64]) -> Vec<Hour> {
    let most = debited.iter().copied().max().unwrap_or(0).max(1);
    let hour = |(x, sum): (usize, &u64)| {
        let height = if *sum == 0 {
            0
        } else {
            (sum.saturating_mul(100) / most).max(2)
        };
        Hour {
            x,
            y: 100 - height,
            height,
        }
    };
    debited.iter().enumerate().map(hour).collect()
}

fn steps(words: &'static words::Overview, first: FirstSteps) -> Vec<Step> {
    [
        (
            words.step_key,
            "/manual/integrating/first-key",
            words.step_how,
            first.has_key,
        ),
        (
            words.step_debit,
            "/manual/integrating/first-debit",
            words.step_how,
            first.has_payment,
        ),
        (
            words.step_url,
            "/console/webhooks",
            words.step_set,
            first.has_webhook_url,
        ),
        (
            words.step_webhook,
            "/manual/integrating/frameworks",
            words.step_how,
            first.has_delivered,
        ),
    ]
    .map(|(label, href, link, is_done)| Step {
        label,
        href,
        link,
        is_done,
    })
    .into()
}
