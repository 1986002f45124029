//! `jadong settle`: a person's verdict, through the gateway that serves from the folder. It asks the PG, and its history,
//! webhook, order id and reserve are its business; only one process should do that.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use domain::text::printable;
use serde_json::{Value, json};

use crate::output::print_json;
use crate::{admin_url, pepper};

#[derive(Args)]
pub struct SettleOptions {
    receipt_id: String,
    /// What the PG's back office says: debited and kept, refused by the bank, or no money moved in the end
    #[arg(value_enum)]
    verdict: Verdict,
    /// How you know; kept in the history
    #[arg(long)]
    note: String,
    /// Who says so [default: the name of the operating system's user]
    #[arg(long)]
    who: Option<String>,
    /// The PG's number of the debit; needed for `paid` when the PG does not tell it
    #[arg(long)]
    tid: Option<String>,
    /// Settle it also when the PG says otherwise
    #[arg(long)]
    force: bool,
    /// The data folder of the running gateway.
    #[arg(long, env = "JADONG_DATA", default_value = "./jadong-data")]
    data: PathBuf,
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Verdict {
    Paid,
    Declined,
    Voided,
}

impl Verdict {
    fn name(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Declined => "declined",
            Self::Voided => "voided",
        }
    }
}

pub async fn settle(options: SettleOptions) -> anyhow::Result<()> {
    let admin = admin_url::read(&options.data)?;
    let pepper = pepper::read(&options.data)?;
    let who = options
        .who
        .or_else(|| std::env::var("USER").ok())
        .context("--who is missing")?;
    let path = format!("/payments/{}/settle", options.receipt_id);
    let body = json!({
        "verdict": options.verdict.name(), "who": who, "note": options.note, "tid": options.tid, "force": options.force,
    })
    .to_string();
    let client = reqwest::Client::builder().tls_certs_only([]).no_proxy().build()?;
    let sent = client
        .post(format!("{admin}{path}"))
        .header("authorization", gateway::sign_operator(&pepper, &path, &body))
        .header("content-type", "application/json")
        .body(body)
        .send()
        .await;
    let response = sent.with_context(|| format!("no gateway serves from {} now", options.data.display()))?;
    let answer: Value = response.json().await?;
    if let Some(code) = answer["error_code"].as_str() {
        bail!("{}", refusal(code, &answer));
    }
    if options.json {
        print_json(&answer)?;
    } else {
        let text = |name: &str| printable(answer[name].as_str().unwrap_or("")).into_owned();
        println!(
            "{} {} {} won: {}",
            text("receipt_id"),
            text("order_id"),
            answer["price"],
            text("state")
        );
    }
    Ok(())
}

/// What to do about it, where that is not plain.
fn refusal(code: &str, answer: &Value) -> String {
    let (message, hint) = (
        answer["message"].as_str().unwrap_or(""),
        answer["hint"].as_str().unwrap_or(""),
    );
    let field = answer["field"].as_str().unwrap_or("");
    match code {
        "SETTLE_CONTRADICTED" => format!(
            "{message}\n  PG: {hint}\n  확인 후에도 맞다면 --force (if you are sure, --force settles it all the same)"
        ),
        "FIELD_INVALID" if field == "tid" => format!("--tid: {message} ({hint})"),
        _ => format!("{code} {message} {hint}"),
    }
}
