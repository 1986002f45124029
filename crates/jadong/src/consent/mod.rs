//! `jadong consent`: the record of what a payer agreed to, given out signed, and checked anywhere.

mod export;
mod verify;

pub use verify::SignerNotChecked;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use gateway::MandateSeal;
use serde_json::json;
use terminal::lang::LangOption;

use crate::open_store::StoreOptions;
use crate::output::{JsonOption, Output, print_json};

#[derive(Args)]
pub struct ConsentOptions {
    #[command(flatten)]
    json: JsonOption,
    #[command(subcommand)]
    command: ConsentCommand,
}

#[derive(Subcommand)]
enum ConsentCommand {
    /// Write the record of a key's mandate into a file: who agreed to what and when, every debit, signed.
    Export(ExportOptions),
    /// Check a record that was given out: that it is whole, and whose signature it has. Needs no database.
    Verify(VerifyOptions),
    /// Print the public key that records are signed with. Give it to whoever checks them, by another way than the records.
    Key(StoreOptions),
}

#[derive(Args)]
struct ExportOptions {
    billing_key: String,
    /// As a document for people; the JSON is for programs, and can be checked event by event
    #[arg(long)]
    pdf: bool,
    /// The file, which must not be there yet [default: consent-<billing key>.json or .pdf]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    store: StoreOptions,
    #[command(flatten)]
    lang: LangOption,
}

#[derive(Args)]
struct VerifyOptions {
    file: PathBuf,
    /// The public key of the installation that must have signed it
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    #[command(flatten)]
    lang: LangOption,
}

pub async fn run(options: ConsentOptions) -> anyhow::Result<()> {
    let output = options.json.output();
    match options.command {
        ConsentCommand::Export(wanted) => export::export(wanted, output).await,
        ConsentCommand::Verify(wanted) => verify::verify(&wanted, output),
        ConsentCommand::Key(place) => {
            let store = place.open().await?;
            let pepper = place.pepper(&store).await;
            store.close().await;
            let public_key = MandateSeal::new(&pepper?).public_key();
            if output == Output::Json {
                return print_json(&json!({ "public_key": public_key }));
            }
            println!("{public_key}");
            Ok(())
        }
    }
}
