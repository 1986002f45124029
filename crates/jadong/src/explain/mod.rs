//! `jadong explain <id>`: was this customer debited? The life of a receipt or a reserve as a story, from what is on disk.

mod tell;

use std::path::Path;

use anyhow::{Context, bail};
use domain::ReceiptId;
use gateway::{Language, Story};
use store::{SqliteOptions, Store, Tenancy};

/// Opens the database beside the gateway that may be serving from it.
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
    Ok(Store::open_sqlite(&options)?)
}

/// Tells it in English, with the verdict in both languages.
pub async fn run(receipt_id: &str, data: &Path, json: bool) -> anyhow::Result<()> {
    let id: ReceiptId = receipt_id.parse().context("receipt_id")?;
    let store = open_beside(data)?;
    let told = told(&store, id).await;
    store.close().await;
    let story = told?.with_context(|| format!("no receipt or reserve {id} in {}", data.display()))?;
    if json {
        println!("{}", serde_json::to_string_pretty(&story)?);
    } else {
        tell::tell(&story);
    }
    Ok(())
}

async fn told(store: &Store, id: ReceiptId) -> anyhow::Result<Option<Story>> {
    let korean = gateway::story(store, None, id, Language::Korean).await?;
    let english = gateway::story(store, None, id, Language::English).await?;
    Ok(english.zip(korean).map(|(english, korean)| Story {
        verdict: format!("{} ({})", korean.verdict, english.verdict),
        ..english
    }))
}
