//! `jadong in-doubt`: every payment without a verdict, oldest first, from the database.

use std::path::Path;

use comfy_table::{Table, presets};
use domain::EpochMs;
use domain::payment::Rung;
use seams::{Clock, SystemClock};
use serde::Serialize;
use store::{Store, Unsettled};

use crate::explain::open_beside;

const SHOWN_MAX: u32 = 1_000;

/// One payment without a verdict.
#[derive(Serialize)]
struct Row {
    receipt_id: String,
    /// `intended`, `in_doubt` or `needs_person`.
    state: &'static str,
    /// Since it was asked for, by this machine's clock.
    age_seconds: u64,
    price: u64,
    order_id: String,
    rungs: usize,
    last_rung: Option<Climbed>,
    /// `null` where only a person goes on.
    next_rung_at: Option<String>,
}

#[derive(Serialize)]
struct Climbed {
    act: &'static str,
    outcome: &'static str,
    at: String,
}

impl Climbed {
    fn of(rung: &Rung) -> Self {
        Self {
            act: rung.act.name(),
            outcome: rung.outcome.name(),
            at: rung.at.to_wire(),
        }
    }
}

/// Lists them as a table, or as JSON.
pub async fn list(data: &Path, json: bool) -> anyhow::Result<()> {
    let store = open_beside(data)?;
    let rows = gather(&store).await;
    store.close().await;
    let rows = rows?;
    if json {
        println!("{}", serde_json::to_string_pretty(&rows)?);
    } else if rows.is_empty() {
        println!("모든 결제가 판정되었습니다. (Every payment has its verdict.)");
    } else {
        println!("{}", table(&rows));
    }
    Ok(())
}

async fn gather(store: &Store) -> anyhow::Result<Vec<Row>> {
    let now = EpochMs(SystemClock.now_ms());
    let mut rows = Vec::new();
    for Unsettled { payment, next_rung_at } in store.unsettled(SHOWN_MAX).await? {
        let rungs = store.rungs(payment.receipt_id).await?;
        rows.push(Row {
            receipt_id: payment.receipt_id.to_string(),
            state: payment.state.name(),
            age_seconds: now.since_ms(payment.requested_at) / 1000,
            price: payment.order.price.get(),
            rungs: rungs.len(),
            last_rung: rungs.last().map(Climbed::of),
            next_rung_at: next_rung_at.map(EpochMs::to_wire),
            order_id: payment.order.order_id,
        });
    }
    Ok(rows)
}

fn table(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["receipt", "state", "age", "won", "order", "last rung", "next rung"]);
    for row in rows {
        let last = row.last_rung.as_ref().map_or_else(
            || "none yet".to_owned(),
            |rung| format!("{}: {} → {}", row.rungs, rung.act, rung.outcome),
        );
        let next = match (&row.next_rung_at, row.state) {
            (Some(at), _) => at.clone(),
            (None, _) => "jadong settle".to_owned(),
        };
        table.add_row([
            row.receipt_id.clone(),
            row.state.to_owned(),
            age(row.age_seconds),
            row.price.to_string(),
            row.order_id.clone(),
            last,
            next,
        ]);
    }
    table
}

fn age(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds}s"),
        120..7_200 => format!("{}m", seconds / 60),
        7_200..172_800 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}
