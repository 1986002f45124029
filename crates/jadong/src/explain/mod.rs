//! `jadong explain <id>`: was this customer debited? The life of a receipt or a reserve as a timeline, from what is on disk; or, in
//! another folder than the gateway's, from the running sandbox.

mod tell;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use domain::{Language, ReceiptId};
use serde_json::Value;
use terminal::lang::{LangOption, in_language};

use crate::open_store::{StoreOptions, StoreUrl, has_database};
use crate::output::{JsonOption, Output, print_json};
use crate::sandbox_api::{SandboxApi, SandboxOptions};

const DATA: &str = "./jadong-data";

#[derive(Args)]
pub struct ExplainOptions {
    receipt_id: String,
    /// The gateway's data folder [default: ./jadong-data; where there is none, the running sandbox is asked]
    #[arg(long, env = "JADONG_DATA")]
    data: Option<PathBuf>,
    #[command(flatten)]
    store: StoreUrl,
    #[command(flatten)]
    sandbox: SandboxOptions,
    #[command(flatten)]
    lang: LangOption,
    #[command(flatten)]
    json: JsonOption,
}

/// Tells it in the language that was asked for. To programs too: beside the sentences they get states, names and numbers.
pub async fn run(options: ExplainOptions) -> anyhow::Result<()> {
    let id: ReceiptId = options.receipt_id.parse().context("receipt_id")?;
    let language = options.lang.language();
    let is_here = options.data.is_some() || options.store.get().is_some() || has_database(Path::new(DATA));
    let timeline = if is_here {
        let (data, store) = (options.data.unwrap_or_else(|| DATA.into()), options.store);
        on_disk(&StoreOptions { data, store }, id, language).await?
    } else {
        of_sandbox(options.sandbox, id, language).await?
    };
    match options.json.output() {
        Output::Json => print_json(&timeline)?,
        Output::Text => tell::tell(&serde_json::from_value(timeline)?, language),
    }
    Ok(())
}

async fn on_disk(place: &StoreOptions, id: ReceiptId, language: Language) -> anyhow::Result<Value> {
    let store = place.open().await?;
    let told = gateway::timeline(&store, None, id, language).await;
    store.close().await;
    let timeline = told?.with_context(|| format!("no receipt or reserve {id} in {}", place.shown()))?;
    Ok(serde_json::to_value(timeline)?)
}

async fn of_sandbox(options: SandboxOptions, id: ReceiptId, language: Language) -> anyhow::Result<Value> {
    let url = options.url.clone();
    let nowhere = || format!("there is no database in {DATA}; name the gateway's folder with --data");
    let path = format!("/sandbox/story/{id}?lang={}", in_language(language, "ko", "en"));
    let answered = SandboxApi::new(options)?.get(&path).await.with_context(nowhere)?;
    if answered.text("error_code") == "RC_NOT_FOUND" {
        bail!("no receipt or reserve {id} of this project at {url}, and no database in {DATA}");
    }
    answered.success().with_context(nowhere)
}
