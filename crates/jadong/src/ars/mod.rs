//! `jadong ars`: the simulated customers' telephones.

mod answer;
mod list;
mod phone;

use clap::{Args, Subcommand, ValueEnum};

use crate::output::JsonOption;
use crate::sandbox_api::{SandboxApi, SandboxOptions};

/// The options of `jadong ars`.
#[derive(Args)]
pub struct ArsOptions {
    #[command(flatten)]
    sandbox: SandboxOptions,
    #[command(subcommand)]
    command: ArsCommand,
}

#[derive(Subcommand)]
enum ArsCommand {
    /// The calls that ring: who is called, and what the voice says.
    List {
        /// Also those that are over
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        json: JsonOption,
    },
    /// Pick up and agree; without an id, the one call that rings.
    Answer(Which),
    /// Pick up and refuse.
    Refuse(Which),
    /// Hang up without pressing a key: nobody answered.
    HangUp(Which),
    /// Press wrong keys three times.
    WrongKey(Which),
    /// Who answers the telephones; without a word, how it is now.
    Phone {
        /// auto: each customer by its number. by-hand: every call rings until somebody answers it
        answering: Option<Answering>,
        #[command(flatten)]
        json: JsonOption,
    },
}

/// Which call.
#[derive(Args)]
struct Which {
    /// The receipt of the call; may be left out when only one rings
    receipt_id: Option<String>,
    #[command(flatten)]
    json: JsonOption,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Answering {
    Auto,
    ByHand,
}

pub async fn run(options: ArsOptions) -> anyhow::Result<()> {
    let api = SandboxApi::new(options.sandbox)?;
    match options.command {
        ArsCommand::List { all, json } => list::list(&api, list::Calls::of(all), json.output()).await,
        ArsCommand::Answer(which) => answer::answer(&api, which.receipt_id, "agree", which.json.output()).await,
        ArsCommand::Refuse(which) => answer::answer(&api, which.receipt_id, "refuse", which.json.output()).await,
        ArsCommand::HangUp(which) => answer::answer(&api, which.receipt_id, "hang_up", which.json.output()).await,
        ArsCommand::WrongKey(which) => answer::answer(&api, which.receipt_id, "wrong_key", which.json.output()).await,
        ArsCommand::Phone { answering, json } => phone::phone(&api, answering, json.output()).await,
    }
}
