//! Yesterday compared with the PG, every day at a time that is set: the oldest of the nodes that are alive does it. It only reads, so a
//! second run, as after a restart, costs questions and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::payment::Comparison;
use domain::project::Project;
use domain::{EpochMs, ErrorCode, Refusal, written_time};
use serde_json::{Value, json};

use super::{Turns, leads, pause};
use crate::app::App;
use crate::services::payment::reconcile::{self, Compared, Span};
use crate::services::webhook::WebhookClient;
use crate::settings::DailyReconcile;

const EVERY_MS: u64 = 20_000;
/// Payments a second: nobody waits, and the PG has others to answer.
const PER_SECOND: u32 = 5;
/// Before a part that could not be read is asked for again, and how often; the same for a webhook.
const PAUSE_MS: u64 = 60_000;
const TRIES: u32 = 5;
/// Differences that are told one by one; all are counted.
const TOLD_MAX: usize = 1_000;

/// What a day came to.
#[derive(Default)]
struct Found {
    counts: BTreeMap<&'static str, u64>,
    differences: Vec<Value>,
}

/// Runs until the gateway stops.
pub async fn reconcile_daily(app: Arc<App>, daily: DailyReconcile, client: WebhookClient) {
    let mut turns = Turns::by_machine(&app, "the daily reconcile", EVERY_MS);
    let mut done = String::new();
    while turns.next().await {
        let now = app.services.clocks.machine_now();
        let Some(date) = daily.due(now).filter(|date| *date != done) else {
            continue;
        };
        if !leads(&app, &mut turns).await {
            continue;
        }
        let Some(projects) = turns.given(app.services.store().projects().await) else {
            continue;
        };
        let mut whole = Found::default();
        for project in &projects {
            match of_project(&app, project, &date).await {
                // It stops: a day of which a part was compared is nothing to tell.
                Ok(None) => return,
                Ok(Some(found)) => {
                    found.tell(project, &date);
                    if let Some(url) = &daily.webhook_url {
                        send(&app, &client, project, url, &found.body(project, &date)).await;
                    }
                    whole.add(found);
                }
                Err(error) => {
                    tracing::error!(project = project.name, date, code = error.code.name(), "not reconciled");
                    *whole.counts.entry("not_compared").or_default() += 1;
                }
            }
        }
        whole.measure(app.services.clocks.machine_now());
        done = date;
    }
}

/// `None`: the gateway stops.
async fn of_project(app: &Arc<App>, project: &Project, date: &str) -> Result<Option<Found>, Refusal> {
    let services = &app.services;
    let mut found = Found::default();
    let span = Span::of_day(project.id, date).ok_or_else(|| Refusal::of(ErrorCode::Internal))?;
    let (mut after, mut failed) = (None, 0);
    loop {
        let pause_ms = match reconcile::part(services, span, after, PER_SECOND, true).await {
            Ok(part) => {
                failed = 0;
                let asked = !part.rows.is_empty();
                part.rows.iter().for_each(|row| found.note(row));
                if part.next.is_none() {
                    return Ok(Some(found));
                }
                after = part.next;
                if asked { 1_000 } else { 0 }
            }
            Err(error) if failed + 1 >= TRIES => return Err(error),
            Err(_) => {
                failed += 1;
                PAUSE_MS
            }
        };
        if !pause(app, pause_ms).await {
            return Ok(None);
        }
    }
}

impl Found {
    fn note(&mut self, row: &Compared) {
        let Some(comparison) = &row.found else { return };
        *self.counts.entry(comparison.name()).or_default() += 1;
        if *comparison != Comparison::Agrees && self.differences.len() < TOLD_MAX {
            self.differences.push(json!({
                "receipt_id": row.payment.receipt_id.to_string(),
                "order_id": row.payment.order.order_id,
                "found": comparison.name(),
                "price": row.payment.order.price.get(),
                "left_here": row.payment.balance().get(),
                "left_at_pg": row.left_at_pg.map(domain::Won::get),
            }));
        }
    }

    fn add(&mut self, other: Self) {
        for (name, count) in other.counts {
            *self.counts.entry(name).or_default() += count;
        }
    }

    fn is_balanced(&self) -> bool {
        self.counts.keys().all(|name| *name == Comparison::Agrees.name())
    }

    fn tell(&self, project: &Project, date: &str) {
        let name = project.name.as_str();
        if self.is_balanced() {
            let payments = self.counts.values().sum::<u64>();
            return tracing::info!(project = name, date, payments, "balanced");
        }
        tracing::error!(project = name, date, counts = ?self.counts, "not balanced: jadong reconcile --date {date} says what to do");
    }

    fn body(&self, project: &Project, date: &str) -> String {
        json!({
            "type": "reconcile.finished",
            "project": project.name,
            "date": date,
            "balanced": self.is_balanced(),
            "counts": self.counts,
            "differences": self.differences,
        })
        .to_string()
    }

    /// Every kind of difference has its figure, also when it is 0 again.
    fn measure(&self, now: EpochMs) {
        for kind in <Comparison as strum::VariantNames>::VARIANTS {
            let count = u32::try_from(self.counts.get(kind).copied().unwrap_or(0)).unwrap_or(u32::MAX);
            metrics::gauge!("jadong_reconciled_payments", "found" => *kind).set(f64::from(count));
        }
        metrics::gauge!("jadong_reconciled_at_seconds").set(f64::from(now.epoch_seconds()));
    }
}

/// Told until it is heard, a few times; the log and the metric say the same.
async fn send(app: &App, client: &WebhookClient, project: &Project, url: &str, body: &str) {
    let services = &app.services;
    for _try in 0..TRIES {
        let now = services.clocks.machine_now();
        let id = services.ids.receipt(project.id, now).to_string();
        let outcome = client.post(&services.pepper, project, url, (&id, body), now).await;
        match outcome {
            Ok(()) => return,
            Err(why) => tracing::warn!(project = project.name, why, "the reconcile's webhook was not taken"),
        }
        if !pause(app, PAUSE_MS).await {
            return;
        }
    }
}

impl DailyReconcile {
    /// The day, in Korea, that is to be reconciled at `now`: yesterday, once its time has come.
    fn due(&self, now: EpochMs) -> Option<String> {
        let midnight = written_time::parse(&now.to_wire()[..10])?;
        let is_time = now.since_ms(midnight) >= u64::from(self.minute) * 60_000;
        let yesterday = midnight.minus_ms(1);
        is_time.then(|| yesterday.to_wire()[..10].to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yesterday_is_due_from_its_minute_on() {
        let daily = DailyReconcile {
            minute: 6 * 60 + 30,
            webhook_url: None,
        };
        let at = |text: &str| written_time::parse(text).unwrap();
        assert_eq!(daily.due(at("2026-03-01T06:29:59+09:00")), None);
        assert_eq!(
            daily.due(at("2026-03-01T06:30:00+09:00")).as_deref(),
            Some("2026-02-28")
        );
        assert_eq!(
            daily.due(at("2026-01-01T23:59:59+09:00")).as_deref(),
            Some("2025-12-31")
        );
    }
}
