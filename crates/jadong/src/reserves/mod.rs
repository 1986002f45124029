//! `jadong reserves adopt`: debits that were reserved at the PG that the merchant comes from, made here through the gateway that serves,
//! which decides on each as on a request. Begun again, it goes on where it was.

mod list;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use domain::ErrorCode;
use domain::text::printable;
use serde_json::{Value, json};

use self::list::ListedReserve;
use crate::admin_call::Admin;
use crate::output::print_json;

#[derive(Args)]
pub struct ReservesOptions {
    #[command(subcommand)]
    command: ReservesCommand,
}

#[derive(Subcommand)]
enum ReservesCommand {
    /// Take over reserves from a list: each is checked as a request for one, and debited here when its time comes.
    Adopt(AdoptOptions),
}

#[derive(Args)]
struct AdoptOptions {
    /// The project whose reserves they are; its keys must be here already
    #[arg(long)]
    project: String,
    /// A UTF-8 file with a header: billing_key, order_id, order_name, price, reserve_execute_at, and where there are any tax_free,
    /// user, metadata, items (as JSON), feedback_url, content_type, reserve_id (its id where it was)
    #[arg(long, value_name = "FILE")]
    csv: PathBuf,
    /// Say what would be done; nothing is written
    #[arg(long)]
    dry_run: bool,
    /// None of these reserves waits where it was any more: it would be debited there too
    #[arg(long, required_unless_present = "dry_run")]
    reserves_cancelled: bool,
    /// The data folder of the running gateway.
    #[arg(long, env = "JADONG_DATA", default_value = "./jadong-data")]
    data: PathBuf,
    #[arg(long)]
    json: bool,
}

/// So many lines lie between two words on how far it is.
const TOLD_EVERY: usize = 100;
/// Of one key.
const WAITING_MAX: u64 = domain::reserve::WAITING_MAX as u64;

pub async fn run(options: ReservesOptions) -> anyhow::Result<()> {
    let ReservesCommand::Adopt(wanted) = options.command;
    // All of the list is read before the gateway is asked.
    let listed = list::read(&wanted.csv)?;
    let admin = Admin::of(&wanted.data)?;
    let (mut lines, mut counts, mut of_key) = (Vec::new(), BTreeMap::new(), HashMap::new());
    let mut ended = Ok(());
    for (done, reserve) in listed.iter().enumerate() {
        if done > 0 && done % TOLD_EVERY == 0 {
            eprintln!("jadong: {done} of {} reserves", listed.len());
        }
        let became = match one(&admin, &wanted, reserve, &mut of_key).await {
            Ok(became) => became,
            Err(error) => {
                ended = Err(error).with_context(|| format!("line {}: run it again to go on", reserve.line));
                break;
            }
        };
        let word = text(&became, "became");
        *counts.entry(word.clone()).or_insert(0_usize) += 1;
        if wanted.json {
            lines.push(became);
        } else if word != "adopted" {
            let more = [text(&became, "code"), text(&became, "field"), text(&became, "hint")].join(" ");
            println!("line {}: {word} {}", reserve.line, more.trim());
        }
    }
    if wanted.json {
        print_json(&json!({ "lines": lines, "counts": counts }))?;
    } else {
        counts.iter().for_each(|(word, count)| println!("{word}: {count}"));
    }
    ended?;
    match counts.get("refused") {
        Some(refused) => bail!("{refused} of {} reserves were not taken over", listed.len()),
        None => Ok(()),
    }
}

fn text(answer: &Value, name: &str) -> String {
    printable(answer[name].as_str().unwrap_or("")).into_owned()
}

/// What became of a line. Errors: the gateway could not say.
async fn one(
    admin: &Admin,
    wanted: &AdoptOptions,
    listed: &ListedReserve,
    of_key: &mut HashMap<String, u64>,
) -> anyhow::Result<Value> {
    let body = json!({ "project": wanted.project, "dry_run": wanted.dry_run, "reserve": listed.reserve });
    let mut answer = admin.done("/reserves/adopt", &body).await?;
    if answer["became"] == "would_be_adopted" {
        // Those before it in the list would wait by then.
        let before = of_key.entry(text(&listed.reserve, "billing_key")).or_default();
        if answer["waiting"].as_u64().unwrap_or(0) + *before >= WAITING_MAX {
            answer = json!({ "became": "refused", "code": ErrorCode::ReserveLimit.name(), "field": "billing_key" });
        } else {
            *before += 1;
        }
    }
    if wanted.dry_run {
        answer["reserve_id"] = Value::Null;
    }
    answer["line"] = json!(listed.line);
    // What was refused may be refused for what it holds: its line says which it is.
    if answer["became"] != "refused" {
        answer["order_id"] = listed.reserve["order_id"].clone();
        answer["reserve_id_there"] = json!(listed.reserve_id_there);
    }
    Ok(answer)
}
