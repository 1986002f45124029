//! `jadong trigger`: plays a whole scenario against a running sandbox and tells what happens.

mod cancel;
mod debit;
mod issue;
mod reserve;
mod runner;
mod scenario;

use anyhow::{anyhow, bail};
use clap::Args;
use comfy_table::{Table, presets};
use serde_json::json;
use terminal::lang::{LangOption, localized};

use crate::output::{JsonOption, Output, print_json};
use crate::sandbox_api::{SandboxApi, SandboxOptions};
use runner::Runner;
use scenario::Scenario;

/// The options of `jadong trigger`.
#[derive(Args)]
pub struct TriggerOptions {
    /// The scenario; without one they are listed
    scenario: Option<String>,
    /// Play them all, one after the other
    #[arg(long, conflicts_with = "scenario")]
    all: bool,
    #[command(flatten)]
    sandbox: SandboxOptions,
    #[command(flatten)]
    lang: LangOption,
    #[command(flatten)]
    json: JsonOption,
}

pub async fn run(options: TriggerOptions) -> anyhow::Result<()> {
    let output = options.json.output();
    options.lang.choose();
    let chosen: Vec<Scenario> = match options.scenario.as_deref() {
        Some(name) => vec![named(name)?],
        None if options.all => Scenario::ALL.to_vec(),
        None => return list(output),
    };
    let api = SandboxApi::new(options.sandbox)?;
    let mut plays = Vec::new();
    for scenario in chosen {
        let mut stage = Runner::new(api.clone(), scenario, output);
        let played = match play(scenario, &mut stage).await {
            Err(error) => Err(with_remedy(error, &api).await),
            played => played,
        };
        plays.push(stage.end(played));
    }
    if output == Output::Json {
        print_json(&plays)?;
    }
    let failed = plays.iter().filter(|play| !play.ok).count();
    if failed > 0 {
        bail!("{failed} of {} scenarios did not end as they should", plays.len());
    }
    Ok(())
}

async fn play(scenario: Scenario, stage: &mut Runner) -> anyhow::Result<()> {
    match scenario {
        Scenario::IssuedKey => issue::issued(stage).await,
        Scenario::RefusedConsent => issue::refused(stage).await,
        Scenario::NoAnswer => issue::no_answer(stage).await,
        Scenario::LateConsent => issue::late(stage).await,
        Scenario::Paid => debit::paid(stage).await,
        Scenario::DeclinedDebit => debit::declined(stage).await,
        Scenario::InDoubtHappened => debit::in_doubt_happened(stage).await,
        Scenario::InDoubtDidNotHappen => debit::in_doubt_did_not_happen(stage).await,
        Scenario::ReserveExecuted => reserve::executed(stage).await,
        Scenario::ReserveOnDestroyedKey => reserve::on_destroyed_key(stage).await,
        Scenario::PartialCancels => cancel::partly(stage).await,
        Scenario::CashReceipt => cancel::cash_receipt(stage).await,
    }
}

/// Most scenarios wait for a customer, who does not answer by itself where the telephones are by hand.
async fn with_remedy(error: anyhow::Error, api: &SandboxApi) -> anyhow::Error {
    match api.get("/sandbox/phone").await {
        Ok(phone) if phone.body["answering"] == "by_hand" => anyhow!(
            "{error:#}\n    {}",
            localized(
                "전화가 by-hand라 응답할 때까지 울립니다: jadong ars phone auto, 또는 그때그때 jadong ars answer",
                "The telephones are by hand and ring until somebody answers: `jadong ars phone auto`, or `jadong ars answer` \
                 while it plays",
            )
        ),
        _ => error,
    }
}

fn named(name: &str) -> anyhow::Result<Scenario> {
    let names = || {
        Scenario::ALL
            .iter()
            .map(|known| known.name())
            .collect::<Vec<_>>()
            .join(", ")
    };
    Scenario::from_name(name).ok_or_else(|| anyhow!("there is no scenario {name:?}; there are: {}", names()))
}

fn list(output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        let row = |scenario: &Scenario| {
            let (ko, en) = scenario.tells();
            json!({ "scenario": scenario.name(), "seconds": scenario.seconds(), "ko": ko, "en": en })
        };
        return print_json(&Scenario::ALL.iter().map(row).collect::<Vec<_>>());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    for scenario in Scenario::ALL.iter().copied() {
        let (ko, en) = scenario.tells();
        let seconds = format!("{} s", scenario.seconds());
        table.add_row([scenario.name().to_owned(), seconds, localized(ko, en).to_owned()]);
    }
    println!("{table}\n\njadong trigger issued-key");
    Ok(())
}
