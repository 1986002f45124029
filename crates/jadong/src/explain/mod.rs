//! `jadong explain <receipt_id>`: was this customer debited? The life of a receipt as a story, from what is on disk.

mod gather;
mod tell;

use std::path::Path;

use anyhow::{Context, bail};
use domain::ReceiptId;
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

pub async fn run(receipt_id: &str, data: &Path, json: bool) -> anyhow::Result<()> {
    let id: ReceiptId = receipt_id.parse().context("receipt_id")?;
    let store = open_beside(data)?;
    let story = gather::gather(&store, id).await;
    store.close().await;
    let story = story?.with_context(|| format!("no receipt {id} in {}", data.display()))?;
    if json {
        println!("{}", serde_json::to_string_pretty(&story)?);
    } else {
        tell::tell(&story);
    }
    Ok(())
}
