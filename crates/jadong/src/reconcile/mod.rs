//! `jadong reconcile`: a day's payments as they are here, at the PG, and in its settlement file.

mod day;
mod matching;
mod settlement;
mod words;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use domain::text::printable;
use serde_json::json;
use terminal::lang::localized;

use self::settlement::ColumnNames;
use crate::admin_call::Admin;
use crate::in_doubt::user;
use crate::output::print_json;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ReconcileOptions {
    #[command(subcommand)]
    act: Option<Act>,
    #[command(flatten)]
    day: DayOptions,
}

#[derive(Args)]
struct DayOptions {
    /// A day in Korea, such as 2026-01-31: debits asked for on it, and refunds
    #[arg(long, required = true)]
    date: Option<String>,
    /// The project
    #[arg(long, default_value = "sandbox")]
    project: String,
    /// The PG's settlement file of that day, as UTF-8
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// What the file calls its columns [default: tid, order_id, kind, amount; without a kind, refunds are negative]
    #[arg(long, value_name = "tid=거래번호,…", requires = "csv")]
    columns: Option<ColumnNames>,
    /// Payments that the PG is asked about in a second
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    per_second: u32,
    /// Go on where another run ended: what it said last
    #[arg(long, value_name = "PLACE")]
    after: Option<String>,
    #[command(flatten)]
    gateway: GatewayOptions,
}

#[derive(Args)]
struct GatewayOptions {
    /// The data folder of the running gateway.
    #[arg(long, env = "JADONG_DATA", default_value = "./jadong-data")]
    data: PathBuf,
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum Act {
    /// Mend a difference, after the PG was asked once more.
    Mend(MendOptions),
}

#[derive(Args)]
struct MendOptions {
    receipt_id: String,
    /// `record`: write down here what the PG has given back. `give-back`: give back there what must not have been debited
    #[arg(value_enum)]
    mend: Mend,
    /// Why; kept in the history, or in the log
    #[arg(long)]
    note: String,
    /// Who says so [default: the name of the operating system's user]
    #[arg(long)]
    who: Option<String>,
    #[command(flatten)]
    gateway: GatewayOptions,
}

#[derive(Clone, Copy, ValueEnum)]
enum Mend {
    Record,
    GiveBack,
}

pub async fn run(options: ReconcileOptions) -> anyhow::Result<()> {
    match (options.act, options.day.date.clone()) {
        (Some(Act::Mend(wanted)), _) => mend(wanted).await,
        (None, date) => day::reconcile(&date.unwrap_or_default(), options.day).await,
    }
}

async fn mend(wanted: MendOptions) -> anyhow::Result<()> {
    let admin = Admin::of(&wanted.gateway.data)?;
    let mend = match wanted.mend {
        Mend::Record => "record",
        Mend::GiveBack => "give_back",
    };
    let body = json!({ "mend": mend, "who": wanted.who.unwrap_or_else(user), "note": wanted.note });
    let path = format!("/payments/{}/mend", wanted.receipt_id);
    let done = admin.done(&path, &body).await?;
    if wanted.gateway.json {
        return print_json(&done);
    }
    let text = |name: &str| printable(done[name].as_str().unwrap_or("")).into_owned();
    println!(
        "{} {} {}: {} won left",
        text("receipt_id"),
        text("order_id"),
        text("state"),
        done["left_here"]
    );
    if matches!(wanted.mend, Mend::GiveBack) {
        println!(
            "{}",
            localized(
                "지금 PG에 돌려주고 있습니다. 결과는 jadong explain에 나옵니다.",
                "It is being given back at the PG now; jadong explain tells how it ends.",
            )
        );
    }
    Ok(())
}
