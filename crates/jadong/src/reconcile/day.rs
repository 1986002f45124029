//! One day: each payment at the PG, then the settlement file.

use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::time::Duration;

use anyhow::{Context, bail};
use domain::text::printable;
use serde_json::{Value, json};
use terminal::lang::localized;
use tokio::time::{Instant, sleep_until};

use super::DayOptions;
use super::matching::{Matching, Misfit, Row};
use super::settlement;
use super::words::{advice, called};
use crate::admin_call::Admin;
use crate::output::print_json;

/// So many payments lie between two words on how far it is.
const TOLD_EVERY: u64 = 100;
const LISTED_AT_ONCE: u32 = 1_000;
const AGREES: &str = "agrees";

/// What was found so far.
struct Run<'a> {
    admin: Admin,
    date: &'a str,
    wanted: &'a DayOptions,
    counts: BTreeMap<String, u64>,
    rows: Vec<Value>,
    seen: HashSet<String>,
    /// What the gateway has destroyed of payments that may be this day's.
    destroyed: Value,
}

pub async fn reconcile(date: &str, wanted: DayOptions) -> anyhow::Result<()> {
    // All of the file is read before the PG is asked.
    let names = wanted.columns.clone().unwrap_or_default();
    let lines = wanted
        .csv
        .as_ref()
        .map(|path| settlement::read(path, &names))
        .transpose()?;
    let mut run = Run {
        admin: Admin::of(&wanted.gateway.data)?,
        date,
        wanted: &wanted,
        counts: BTreeMap::new(),
        rows: Vec::new(),
        seen: HashSet::new(),
        destroyed: json!([]),
    };
    let mut matching = lines.is_some().then(Matching::default);
    run.compare(matching.as_mut()).await?;
    let mut misfits = Vec::new();
    if let (Some(lines), Some(mut matching)) = (lines, matching) {
        for days in [-1, 0, 1] {
            run.list(days, &mut matching).await?;
        }
        let (before, after) = (beside(date, -1)?, beside(date, 1)?);
        misfits = matching.misfits(&lines, [&before, date, &after]);
    }
    run.tell(&misfits)
}

impl Run<'_> {
    async fn part(
        &mut self,
        date: &str,
        after: Option<&str>,
        limit: u32,
        asks_pg: bool,
    ) -> anyhow::Result<(Vec<Row>, Option<String>)> {
        let body = json!({
            "project": self.wanted.project, "date": date, "after": after, "limit": limit, "asks_pg": asks_pg,
        });
        let answer = self.admin.done("/reconcile", &body).await?;
        if asks_pg && answer["destroyed"].is_array() {
            self.destroyed = answer["destroyed"].clone();
        }
        let rows = serde_json::from_value(answer["rows"].clone()).context("the gateway is of another version")?;
        Ok((rows, answer["next"].as_str().map(str::to_owned)))
    }

    /// Asks the PG about each of the day's.
    async fn compare(&mut self, mut matching: Option<&mut Matching>) -> anyhow::Result<()> {
        let mut after = self.wanted.after.clone();
        let mut done = 0_u64;
        loop {
            let next_at = Instant::now() + Duration::from_secs(1);
            let part = self
                .part(self.date, after.as_deref(), self.wanted.per_second, true)
                .await;
            let (rows, next) = match (part, &after) {
                (Err(error), Some(place)) => return Err(error.context(format!("go on with --after {place}"))),
                (part, _) => part?,
            };
            let asked = !rows.is_empty();
            for row in rows {
                // Refunds of one payment may lie in two parts.
                if !self.seen.insert(row.receipt_id.clone()) {
                    continue;
                }
                done += 1;
                self.note(&row)?;
                if let Some(matching) = matching.as_deref_mut() {
                    matching.add(row);
                }
                if done.is_multiple_of(TOLD_EVERY) {
                    eprintln!(
                        "jadong: {done} payments; to go on from here: --after {}",
                        next.as_deref().unwrap_or("?")
                    );
                }
            }
            let Some(next) = next else { return Ok(()) };
            after = Some(next);
            if asked {
                sleep_until(next_at).await;
            }
        }
    }

    fn note(&mut self, row: &Row) -> anyhow::Result<()> {
        let found = row.found.clone().unwrap_or_default();
        *self.counts.entry(found.clone()).or_insert(0) += 1;
        if found == AGREES {
            return Ok(());
        }
        if self.wanted.gateway.json {
            self.rows.push(json!({
                "receipt_id": row.receipt_id, "order_id": row.order_id, "state": row.state, "price": row.price,
                "left_here": row.left_here, "left_at_pg": row.left_at_pg, "found": found, "mend": row.mend,
            }));
            return Ok(());
        }
        let there = row.left_at_pg.map_or_else(|| "-".to_owned(), |left| left.to_string());
        println!("{} {}: {}", row.receipt_id, printable(&row.order_id), called(&found));
        println!(
            "  {} ({}); {} {}, PG {there}; {} {}",
            row.price,
            row.state,
            localized("남은 금액: 여기", "left: here"),
            row.left_here,
            localized("거래번호", "number"),
            row.tid.as_deref().unwrap_or("-"),
        );
        println!("  → {}", advice(&found, row.mend.as_deref(), &row.receipt_id));
        std::io::stdout().flush()?;
        Ok(())
    }

    /// The payments of a day beside it, which a line of the file may mean.
    async fn list(&mut self, days: i64, matching: &mut Matching) -> anyhow::Result<()> {
        let date = beside(self.date, days)?;
        let mut after = None;
        loop {
            let (rows, next) = self.part(&date, after.as_deref(), LISTED_AT_ONCE, false).await?;
            rows.into_iter().for_each(|row| matching.add(row));
            match next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// The end of it. Errors: not everything agrees, or could be compared.
    fn tell(&self, misfits: &[Misfit]) -> anyhow::Result<()> {
        let compared: u64 = self.counts.values().sum();
        let differing = compared - self.counts.get(AGREES).copied().unwrap_or(0);
        let is_balanced = differing == 0 && misfits.is_empty();
        if self.wanted.gateway.json {
            print_json(&json!({
                "project": self.wanted.project, "date": self.date, "after": self.wanted.after,
                "balanced": is_balanced, "counts": self.counts, "differences": self.rows, "file": misfits,
                "destroyed": self.destroyed,
            }))?;
        } else {
            self.tell_in_words(misfits, compared, is_balanced);
        }
        if !is_balanced {
            let lines = misfits.len();
            bail!("not balanced: {differing} of {compared} payments, {lines} of the settlement file");
        }
        Ok(())
    }

    fn tell_in_words(&self, misfits: &[Misfit], compared: u64, is_balanced: bool) {
        for misfit in misfits {
            let place = match misfit.line {
                Some(line) => format!("{} {line}", localized("파일 줄", "line")),
                None => "-".to_owned(),
            };
            let receipt = misfit.receipt_id.as_deref().unwrap_or("-");
            println!(
                "{place} {receipt} {} {}: {}",
                misfit.kind,
                misfit.amount,
                called(misfit.found)
            );
        }
        eprintln!(
            "jadong: {} {compared}",
            localized("PG와 비교한 결제:", "payments compared with the PG:")
        );
        self.tell_destroyed();
        match (is_balanced, &self.wanted.after) {
            (true, None) => println!("balanced"),
            (true, Some(place)) => println!("balanced after {place}"),
            (false, _) => {}
        }
    }
}

impl Run<'_> {
    /// That a payment is not here may be because it was destroyed.
    fn tell_destroyed(&self) {
        for gone in self.destroyed.as_array().into_iter().flatten() {
            let text = |name: &str| printable(gone[name].as_str().unwrap_or("")).into_owned();
            let (from, until, day, years) = (text("from"), text("until"), text("day"), &gone["years"]);
            let korean =
                format!("{from}부터 {until}까지의 결제 기록은 보존 기한({years}년)이 지나 {day}에 파기되었습니다");
            let english = format!("payments of {from} to {until} were destroyed on {day}, after {years} years");
            eprintln!("jadong: {}", localized(korean, english));
        }
    }
}

/// The day so many days after this one.
fn beside(date: &str, days: i64) -> anyhow::Result<String> {
    let date: jiff::civil::Date = date.parse().with_context(|| format!("{date} is no day"))?;
    let beside = date.checked_add(jiff::Span::new().days(days))?;
    Ok(beside.to_string())
}
