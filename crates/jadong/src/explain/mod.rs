//! `jadong explain <id>`: was this customer debited? The life of a receipt or a reserve as a story, from what is on disk.

mod tell;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use domain::ReceiptId;
use store::{SqliteOptions, Store, Tenancy};

use crate::lang::LangOption;
use crate::output::{JsonOption, Output, print_json};

#[derive(Args)]
pub struct ExplainOptions {
    receipt_id: String,
    /// The gateway's data folder.
    #[arg(long, env = "JADONG_DATA", default_value = "./jadong-data")]
    data: PathBuf,
    #[command(flatten)]
    lang: LangOption,
    #[command(flatten)]
    json: JsonOption,
}

/// Opens the database beside the gateway that may be serving from it; that gateway sees changes within a second.
pub fn open_beside(data: &Path) -> anyhow::Result<Store> {
    if !data.join("jadong.db").exists() {
        bail!(
            "there is no database in {}; name the folder with --data",
            data.display()
        );
    }
    let options = SqliteOptions {
        tenancy: Tenancy::Guest,
        ..SqliteOptions::in_folder(data)
    };
    Store::open_sqlite(&options).with_context(|| format!("cannot open {}", data.display()))
}

/// Tells it in the language that was asked for, to programs too: the verdict, the facts and the events are sentences.
pub async fn run(options: ExplainOptions) -> anyhow::Result<()> {
    let data = &options.data;
    let id: ReceiptId = options.receipt_id.parse().context("receipt_id")?;
    let language = options.lang.language();
    let store = open_beside(data)?;
    let told = gateway::story(&store, None, id, language).await;
    store.close().await;
    let story = told?.with_context(|| format!("no receipt or reserve {id} in {}", data.display()))?;
    match options.json.output() {
        Output::Json => print_json(&story)?,
        Output::Text => tell::tell(&story, language),
    }
    Ok(())
}
