//! `jadong in-doubt`: every payment without a verdict, oldest first, and every other call without an answer, from the database.

use clap::Args;
use comfy_table::{CellAlignment, Table};
use domain::payment::ResolutionStep;
use domain::{EpochMs, Language, Won};
use seams::{Clock, SystemClock};
use serde::Serialize;
use store::{PendingKind, Store, Unresolved};
use terminal::lang::{LangOption, in_language};

use crate::open_store::StoreOptions;
use crate::output::{JsonOption, Output, print_json};
use crate::table::{plain, shown};

const SHOWN_MAX: u32 = 1_000;

#[derive(Args)]
pub struct InDoubtOptions {
    #[command(flatten)]
    store: StoreOptions,
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
    #[serde(rename = "rungs")]
    steps: usize,
    #[serde(rename = "last_rung")]
    last_step: Option<TakenStep>,
    /// When the PG is asked again, also about what waits for a person.
    #[serde(rename = "next_rung_at")]
    next_step_at: Option<String>,
}

#[derive(Serialize)]
struct TakenStep {
    act: &'static str,
    outcome: &'static str,
    at: String,
}

impl TakenStep {
    fn of(step: &ResolutionStep) -> Self {
        Self {
            act: step.action.name(),
            outcome: step.outcome.name(),
            at: step.at.to_wire(),
        }
    }
}

/// A payment as both kinds of readers need it.
struct ListedRow {
    row: Row,
    price: Won,
    /// The last step, in a sentence.
    last: Option<String>,
}

/// Lists them as a table, or as JSON.
pub async fn list(options: InDoubtOptions) -> anyhow::Result<()> {
    let language = options.lang.language();
    let store = options.store.open().await?;
    let unresolved = gather(&store, language).await;
    store.close().await;
    let unresolved = unresolved?;
    match options.json.output() {
        Output::Json => print_json(&unresolved.iter().map(|one| &one.row).collect::<Vec<_>>())?,
        Output::Text if unresolved.is_empty() => {
            let (korean, english) = ("모든 결제가 판정되었습니다.", "Every payment has its verdict.");
            println!("{}", in_language(language, korean, english));
        }
        Output::Text => println!("{}", shown(&table(&unresolved, language))),
    }
    Ok(())
}

async fn gather(store: &Store, language: Language) -> anyhow::Result<Vec<ListedRow>> {
    let now = EpochMs(SystemClock.now_ms());
    let mut unresolved = Vec::new();
    for Unresolved { payment, next_step_at } in store.unresolved(SHOWN_MAX).await? {
        let steps = store.resolution_steps(payment.project_id, payment.receipt_id).await?;
        let row = Row {
            kind: "payment",
            receipt_id: payment.receipt_id.to_string(),
            state: payment.state.name(),
            age_seconds: now.since_ms(payment.requested_at) / 1000,
            price: payment.order.price.get(),
            steps: steps.len(),
            last_step: steps.last().map(TakenStep::of),
            next_step_at: next_step_at.map(EpochMs::to_wire),
            order_id: payment.order.order_id,
        };
        unresolved.push(ListedRow {
            row,
            price: payment.order.price,
            last: steps
                .last()
                .map(|step| gateway::step_of_resolution(step, language).told),
        });
    }
    unresolved.extend(loose_ends(store, now).await?);
    Ok(unresolved)
}

/// Cancels, cash receipts and keys whose outcome is open, of every project.
async fn loose_ends(store: &Store, now: EpochMs) -> anyhow::Result<Vec<ListedRow>> {
    let mut unresolved = Vec::new();
    for project in store.projects().await? {
        // Younger calls may only be under way.
        for end in store
            .pending_operations(project.id, now.minus_ms(60_000), SHOWN_MAX)
            .await?
        {
            let row = Row {
                kind: match end.kind {
                    PendingKind::Cancel => "cancel",
                    PendingKind::CashReceipt => "cash_receipt",
                    PendingKind::Issuance => "issuance",
                },
                receipt_id: end.receipt_id.to_string(),
                state: "unknown",
                age_seconds: now.since_ms(end.since) / 1000,
                price: end.price.get(),
                order_id: end.name,
                steps: 0,
                last_step: None,
                next_step_at: None,
            };
            unresolved.push(ListedRow {
                row,
                price: end.price,
                last: None,
            });
        }
    }
    Ok(unresolved)
}

/// What the gateway finds out by itself.
fn kind_word(kind: &str, language: Language) -> &'static str {
    match kind {
        "cancel" => in_language(language, "취소 확인 중", "cancel, looked up"),
        "cash_receipt" => in_language(language, "현금영수증 확인 중", "cash receipt, looked up"),
        _ => in_language(language, "빌링키 발급 확인 중", "key, looked up"),
    }
}

fn table(unresolved: &[ListedRow], language: Language) -> Table {
    let english = ["receipt", "state", "age", "won", "order", "last step", "next step"];
    let korean = ["영수증", "상태", "경과", "금액(원)", "주문", "마지막 단계", "다음 단계"];
    let mut table = plain(in_language(language, korean, english));
    for ListedRow { row, price, last } in unresolved {
        let none = in_language(language, "아직 없음", "none yet").to_owned();
        let (state, next) = if row.kind == "payment" {
            (gateway::state_word(row.state, language), row.next_step_at.as_deref())
        } else {
            (kind_word(row.kind, language), Some(""))
        };
        let next = match next {
            Some(at) if matches!(row.state, "in_doubt" | "intended" | "unknown") => at.to_owned(),
            _ => "jadong resolve".to_owned(),
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
        0..120 => format!("{seconds}{}", in_language(language, "초", "s")),
        120..7_200 => format!("{}{}", seconds / 60, in_language(language, "분", "m")),
        7_200..172_800 => format!("{}{}", seconds / 3_600, in_language(language, "시간", "h")),
        _ => format!("{}{}", seconds / 86_400, in_language(language, "일", "d")),
    }
}
