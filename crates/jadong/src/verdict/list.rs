//! `jadong in-doubt`: every payment without a verdict, oldest first, from the database.

use std::path::PathBuf;

use clap::Args;
use comfy_table::{CellAlignment, Table};
use domain::payment::Rung;
use domain::{EpochMs, Language, Won};
use seams::{Clock, SystemClock};
use serde::Serialize;
use store::{Store, Unsettled};

use crate::explain::open_beside;
use crate::lang::{LangOption, say};
use crate::output::{JsonOption, Output, print_json};
use crate::table::{plain, shown};

const SHOWN_MAX: u32 = 1_000;

#[derive(Args)]
pub struct InDoubtOptions {
    /// The gateway's data folder.
    #[arg(long, env = "JADONG_DATA", default_value = "./jadong-data")]
    data: PathBuf,
    #[command(flatten)]
    lang: LangOption,
    #[command(flatten)]
    json: JsonOption,
}

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

/// A payment as both kinds of readers need it.
struct Doubt {
    row: Row,
    price: Won,
    /// The last rung, in a sentence.
    last: Option<String>,
}

/// Lists them as a table, or as JSON.
pub async fn list(options: InDoubtOptions) -> anyhow::Result<()> {
    let language = options.lang.language();
    let store = open_beside(&options.data)?;
    let doubts = gather(&store, language).await;
    store.close().await;
    let doubts = doubts?;
    match options.json.output() {
        Output::Json => print_json(&doubts.iter().map(|doubt| &doubt.row).collect::<Vec<_>>())?,
        Output::Text if doubts.is_empty() => {
            let (korean, english) = ("모든 결제가 판정되었습니다.", "Every payment has its verdict.");
            println!("{}", say(language, korean, english));
        }
        Output::Text => println!("{}", shown(&table(&doubts, language))),
    }
    Ok(())
}

async fn gather(store: &Store, language: Language) -> anyhow::Result<Vec<Doubt>> {
    let now = EpochMs(SystemClock.now_ms());
    let mut doubts = Vec::new();
    for Unsettled { payment, next_rung_at } in store.unsettled(SHOWN_MAX).await? {
        let rungs = store.rungs(payment.receipt_id).await?;
        let row = Row {
            receipt_id: payment.receipt_id.to_string(),
            state: payment.state.name(),
            age_seconds: now.since_ms(payment.requested_at) / 1000,
            price: payment.order.price.get(),
            rungs: rungs.len(),
            last_rung: rungs.last().map(Climbed::of),
            next_rung_at: next_rung_at.map(EpochMs::to_wire),
            order_id: payment.order.order_id,
        };
        doubts.push(Doubt {
            row,
            price: payment.order.price,
            last: rungs.last().map(|rung| gateway::step_of_rung(rung, language).told),
        });
    }
    Ok(doubts)
}

fn table(doubts: &[Doubt], language: Language) -> Table {
    let english = ["receipt", "state", "age", "won", "order", "last rung", "next rung"];
    let korean = ["영수증", "상태", "경과", "금액(원)", "주문", "마지막 단계", "다음 단계"];
    let mut table = plain(say(language, korean, english));
    for Doubt { row, price, last } in doubts {
        let none = say(language, "아직 없음", "none yet").to_owned();
        let next = row.next_rung_at.clone().unwrap_or_else(|| "jadong settle".to_owned());
        table.add_row([
            row.receipt_id.clone(),
            gateway::state_word(row.state, language).to_owned(),
            age(row.age_seconds, language),
            price.grouped(),
            row.order_id.clone(),
            last.clone().unwrap_or(none),
            next,
        ]);
    }
    if let Some(column) = table.column_mut(3) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn age(seconds: u64, language: Language) -> String {
    match seconds {
        0..120 => format!("{seconds}{}", say(language, "초", "s")),
        120..7_200 => format!("{}{}", seconds / 60, say(language, "분", "m")),
        7_200..172_800 => format!("{}{}", seconds / 3_600, say(language, "시간", "h")),
        _ => format!("{}{}", seconds / 86_400, say(language, "일", "d")),
    }
}
