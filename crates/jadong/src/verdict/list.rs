//! `jadong in-doubt`: every payment without a verdict, oldest first, and every other call without an answer, from the database.

use std::path::PathBuf;

use clap::Args;
use comfy_table::{CellAlignment, Table};
use domain::payment::Rung;
use domain::{EpochMs, Language, Won};
use seams::{Clock, SystemClock};
use serde::Serialize;
use store::{LooseKind, Store, Unsettled};

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

/// One payment without a verdict, or another call that ended without an answer a while ago.
#[derive(Serialize)]
struct Row {
    /// `payment`, `cancel`, `cash_receipt` or `issuance`.
    kind: &'static str,
    receipt_id: String,
    /// `intended`, `in_doubt` or `needs_person`; another one is a verdict that the PG contradicts.
    /// Of another kind `unknown`: the gateway finds out by itself.
    state: &'static str,
    /// Since it was asked for, by this machine's clock.
    age_seconds: u64,
    price: u64,
    order_id: String,
    rungs: usize,
    last_rung: Option<Climbed>,
    /// When the PG is asked again, also about what waits for a person.
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
            kind: "payment",
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
    doubts.extend(loose_ends(store, now).await?);
    Ok(doubts)
}

/// Cancels, cash receipts and keys whose outcome is open, of every project.
async fn loose_ends(store: &Store, now: EpochMs) -> anyhow::Result<Vec<Doubt>> {
    let mut doubts = Vec::new();
    for project in store.projects().await? {
        // Younger calls may only be under way.
        for end in store.loose_ends(project.id, now.minus_ms(60_000), SHOWN_MAX).await? {
            let row = Row {
                kind: match end.kind {
                    LooseKind::Cancel => "cancel",
                    LooseKind::CashReceipt => "cash_receipt",
                    LooseKind::Issuance => "issuance",
                },
                receipt_id: end.receipt_id.to_string(),
                state: "unknown",
                age_seconds: now.since_ms(end.since) / 1000,
                price: end.price.get(),
                order_id: end.name,
                rungs: 0,
                last_rung: None,
                next_rung_at: None,
            };
            doubts.push(Doubt {
                row,
                price: end.price,
                last: None,
            });
        }
    }
    Ok(doubts)
}

/// What the gateway finds out by itself.
fn kind_word(kind: &str, language: Language) -> &'static str {
    match kind {
        "cancel" => say(language, "취소 확인 중", "cancel, looked up"),
        "cash_receipt" => say(language, "현금영수증 확인 중", "cash receipt, looked up"),
        _ => say(language, "빌링키 발급 확인 중", "key, looked up"),
    }
}

fn table(doubts: &[Doubt], language: Language) -> Table {
    let english = ["receipt", "state", "age", "won", "order", "last rung", "next rung"];
    let korean = ["영수증", "상태", "경과", "금액(원)", "주문", "마지막 단계", "다음 단계"];
    let mut table = plain(say(language, korean, english));
    for Doubt { row, price, last } in doubts {
        let none = say(language, "아직 없음", "none yet").to_owned();
        let (state, next) = if row.kind == "payment" {
            (gateway::state_word(row.state, language), row.next_rung_at.as_deref())
        } else {
            (kind_word(row.kind, language), Some(""))
        };
        let next = match next {
            Some(at) if matches!(row.state, "in_doubt" | "intended" | "unknown") => at.to_owned(),
            _ => "jadong settle".to_owned(),
        };
        table.add_row([
            row.receipt_id.clone(),
            state.to_owned(),
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
