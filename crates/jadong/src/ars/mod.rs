//! `jadong ars`: the simulated customers' telephones.

mod answer;
mod list;
mod phone;

use clap::{Args, Subcommand, ValueEnum};
use terminal::lang::LangOption;

use crate::output::JsonOption;
use crate::sandbox_api::{SandboxApi, SandboxOptions};
use answer::AnswerOptions;

/// The options of `jadong ars`.
#[derive(Args)]
pub struct ArsOptions {
    #[command(flatten)]
    sandbox: SandboxOptions,
    #[command(flatten)]
    lang: LangOption,
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
    #[command(alias = "agree")]
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
    let language = options.lang.language();
    let (which, answer) = match options.command {
        ArsCommand::List { all, json } => {
            return list::list(&api, list::Calls::of(all), language, json.output()).await;
        }
        ArsCommand::Phone { answering, json } => return phone::phone(&api, answering, language, json.output()).await,
        ArsCommand::Answer(which) => (which, AnswerOptions::Agree),
        ArsCommand::Refuse(which) => (which, AnswerOptions::Refuse),
        ArsCommand::HangUp(which) => (which, AnswerOptions::HangUp),
        ArsCommand::WrongKey(which) => (which, AnswerOptions::WrongKey),
    };
    answer::answer(&api, which.receipt_id, answer, language, which.json.output()).await
}
