//! `jadong resume --after-restore`: the way out of held debits, through the gateway that serves from the folder.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use serde_json::{Value, json};
use terminal::lang::{LangOption, in_language};

use crate::admin_call::Admin;
use crate::output::{JsonOption, Output, print_json};
use crate::table::plain;

const PATH: &str = "/after-restore";

const COMPARE: (&str, &str) = (
    "PG 목록과 비교한 뒤 --debited로 출금된 예약을 알려 주십시오 (none, all, 또는 ID를 쉼표로). 바뀐 것은 없습니다.",
    "compare with the PG's list, then say with --debited which of these reserves it has debited (none, all, or ids by \
     comma); nothing was changed",
);

#[derive(Args)]
pub struct ResumeOptions {
    /// The database was restored from a backup, and has been compared with the PG
    #[arg(long, required = true)]
    after_restore: bool,
    /// Due reserves that the PG has debited, by comma: they are revoked and the others run. `none`: all run. `all`: none does
    #[arg(long, value_name = "RESERVES")]
    debited: Option<String>,
    /// The data folder of the running gateway.
    #[arg(long, env = "JADONG_DATA", default_value = "./jadong-data")]
    data: PathBuf,
    #[command(flatten)]
    lang: LangOption,
    #[command(flatten)]
    json: JsonOption,
}

/// Shows what is to be compared; lets debits go on once nothing is open. Errors: reserves are due, and `--debited` is missing.
pub async fn run(options: ResumeOptions) -> anyhow::Result<()> {
    let gap = ask(&options, &json!({ "debited": null })).await?;
    let language = options.lang.language();
    let is_json = options.json.output() == Output::Json;
    if gap["held"] == json!(false) {
        if is_json {
            return print_json(&gap);
        }
        println!(
            "{}",
            in_language(language, "보류된 출금이 없습니다.", "Debits are not held.")
        );
        return Ok(());
    }
    if !is_json {
        tell(&gap, language);
    }
    let is_due = !rows(&gap, "due_reserves").is_empty();
    let debited = match options.debited.as_deref() {
        None if is_due => {
            if is_json {
                print_json(&gap)?;
            }
            bail!("{}", in_language(language, COMPARE.0, COMPARE.1))
        }
        None => json!("none"),
        Some(word @ ("none" | "all")) => json!(word),
        Some(ids) => json!(ids.split(',').map(str::trim).collect::<Vec<_>>()),
    };
    let done = ask(&options, &json!({ "debited": debited })).await?;
    if is_json {
        let (revoked, running) = (&done["revoked"], &done["running"]);
        return print_json(&json!({ "held": false, "revoked": revoked, "running": running, "compared": gap }));
    }
    let (revoked, running) = (&done["revoked"], &done["running"]);
    let (korean, english) = (
        format!("출금을 재개합니다. 취소한 예약 {revoked}건, 지금 실행되는 예약 {running}건."),
        format!("Debits go on. Reserves revoked: {revoked}, running now: {running}."),
    );
    println!("{}", in_language(language, korean, english));
    Ok(())
}

async fn ask(options: &ResumeOptions, body: &Value) -> anyhow::Result<Value> {
    Admin::of(&options.data)?.done(PATH, body).await
}

fn rows(gap: &Value, name: &str) -> Vec<Value> {
    gap[name].as_array().cloned().unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn tell(gap: &Value, language: domain::Language) {
    let from = gap["gap_from"].as_str().unwrap_or("?");
    let until = text(&gap["gap_until"]);
    let (korean, english) = (
        format!("{from}부터 {until}까지 있었던 일은 이 데이터베이스에 없습니다."),
        format!("What happened between {from} and {until} is not in this database."),
    );
    println!("{}", in_language(language, korean, english));
    let (asked, silent) = (&gap["payments_asked"], &gap["payments_unanswered"]);
    let (korean, english) = (
        format!("PG에 물은 결제 {asked}건, 응답 없음 {silent}건."),
        format!("Payments that the PG was asked about: {asked}; without an answer: {silent}."),
    );
    println!("{}", in_language(language, korean, english));
    let title = in_language(
        language,
        "PG의 잔액이 다른 결제 (다시 취소하지 마십시오)",
        "Payments with another balance at the PG (do not cancel them again)",
    );
    let columns = ["receipt_id", "order_id", "left_here", "left_at_pg"];
    list(title, &rows(gap, "payments_differing"), columns);
    let title = in_language(language, "시각이 된 예약", "Reserves that are due");
    let columns = ["reserve_id", "order_id", "order_name", "price", "due_at"];
    list(title, &rows(gap, "due_reserves"), columns);
}

fn list<const N: usize>(title: &str, rows: &[Value], columns: [&str; N]) {
    if rows.is_empty() {
        return;
    }
    let mut table = plain(columns);
    for row in rows {
        table.add_row(columns.iter().map(|name| text(&row[*name])).collect::<Vec<_>>());
    }
    println!("\n{title}\n{table}");
}
