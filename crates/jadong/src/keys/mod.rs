//! `jadong keys`: billing keys that were issued before this gateway was there.

mod adopt;
mod list;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::open_store::StoreOptions;

#[derive(Args)]
pub struct KeysOptions {
    #[command(flatten)]
    store: StoreOptions,
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Take over billing keys that the project's PG has issued: each is looked up there, and nothing is debited.
    Adopt(AdoptOptions),
}

/// What is taken over, and whose it is.
#[derive(Args)]
struct AdoptOptions {
    /// The project whose keys they are
    #[arg(long)]
    project: String,
    /// A UTF-8 file with a header; columns: billing_key, and where they are known receipt_id and subscription_id
    #[arg(long, value_name = "FILE")]
    csv: PathBuf,
    /// Look the keys up and say what would be done; nothing is written
    #[arg(long)]
    dry_run: bool,
    /// No reserve of these keys waits at the PG any more: what it debits by itself, nobody here knows of
    #[arg(long, required_unless_present = "dry_run")]
    reserves_cancelled: bool,
    #[arg(long)]
    json: bool,
}

pub async fn run(options: KeysOptions) -> anyhow::Result<()> {
    let KeysCommand::Adopt(wanted) = options.command;
    let store = options.store.open().await?;
    let pepper = options.store.pepper(&store).await?;
    let done = adopt::adopt(&store, &pepper, &wanted).await;
    store.close().await;
    done
}
