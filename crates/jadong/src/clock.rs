//! `jadong clock`: the clock of one sandbox project, by the API.

use std::time::Duration;

use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use serde_json::json;

use crate::output::{JsonOption, Output, print_json};
use crate::sandbox_api::{SandboxApi, SandboxOptions};

const CLOCK: &str = "/sandbox/clock";

/// A year with many reserves takes a while.
const PATIENCE: Duration = Duration::from_secs(60 * 60);

#[derive(Args)]
pub struct ClockOptions {
    #[command(flatten)]
    sandbox: SandboxOptions,
    #[command(flatten)]
    json: JsonOption,
    #[command(subcommand)]
    command: ClockCommand,
}

#[derive(Subcommand)]
pub enum ClockCommand {
    /// What time it is for the project.
    Show,
    /// Move on by a length of time: 40d, 12h, 30m. Everything of it that falls due on the way is done, in order.
    Advance { by: String },
    /// Move on to a moment: 2027-01-01T00:00:00+09:00.
    Set { to: String },
}

pub async fn run(options: ClockOptions) -> anyhow::Result<()> {
    let api = SandboxApi::new(options.sandbox)?.patient(PATIENCE);
    let waiting = waiting(&options.command);
    let answered = match &options.command {
        ClockCommand::Show => api.get(CLOCK).await,
        ClockCommand::Advance { by } => api.post(CLOCK, json!({ "advance": by })).await,
        ClockCommand::Set { to } => api.post(CLOCK, json!({ "set": to })).await,
    };
    waiting.finish_and_clear();
    let answer = answered?.success()?;
    if options.json.output() == Output::Json {
        return print_json(&answer);
    }
    let now = answer["now"].as_str().unwrap_or("");
    match options.command {
        ClockCommand::Show => println!("{now}"),
        _ => println!("{now}  ({} things were due on the way)", answer["steps"]),
    }
    Ok(())
}

/// On a terminal, something moves meanwhile.
fn waiting(command: &ClockCommand) -> ProgressBar {
    let (ClockCommand::Advance { by: to } | ClockCommand::Set { to }) = command else {
        return ProgressBar::hidden();
    };
    let bar = ProgressBar::new_spinner().with_message(format!("{to}: 그 사이의 일을 하는 중 (doing what falls due)"));
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
