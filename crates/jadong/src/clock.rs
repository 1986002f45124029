//! `jadong clock`: the clock of one sandbox project, by the API.

use std::time::Duration;

use anyhow::bail;
use clap::{Args, Subcommand};
use domain::Language;
use indicatif::ProgressBar;
use serde_json::json;
use terminal::lang::{LangOption, in_language};

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
    lang: LangOption,
    #[command(flatten)]
    json: JsonOption,
    #[command(subcommand)]
    command: ClockCommand,
}

#[derive(Subcommand)]
pub enum ClockCommand {
    /// What time it is for the project.
    Show,
    /// Move on by a length of time: 40d, 2w, 1mo (a calendar month), 12h, 30m, 10s. Everything of it that falls due on the way
    /// is done, in order. Time only goes forward.
    Advance {
        #[arg(allow_hyphen_values = true)]
        by: String,
    },
    /// Move on to a moment: 2027-01-01T00:00:00+09:00.
    Set { to: String },
    /// Back to the machine's time, where nothing of the project has happened in between. Where something has, another project
    /// has a clock of its own: `jadong project create NAME`.
    Reset,
}

pub async fn run(options: ClockOptions) -> anyhow::Result<()> {
    let api = SandboxApi::new(options.sandbox)?.patient(PATIENCE);
    let language = options.lang.language();
    let waiting = waiting(&options.command, language);
    let answered = match &options.command {
        ClockCommand::Show => api.get(CLOCK).await,
        ClockCommand::Advance { by } => api.post(CLOCK, json!({ "advance": by })).await,
        ClockCommand::Set { to } => api.post(CLOCK, json!({ "set": to })).await,
        ClockCommand::Reset => api.post(CLOCK, json!({ "reset": true })).await,
    };
    waiting.finish_and_clear();
    let answered = answered?;
    if answered.text("error_code") == "FIELD_INVALID"
        && let ClockCommand::Advance { by: given } | ClockCommand::Set { to: given } = &options.command
    {
        let hint = answered.text("hint");
        bail!(
            "{}",
            in_language(
                language,
                format!("{given}: {hint} 처럼 쓰십시오"),
                format!("{given}: write {hint}")
            )
        );
    }
    let answer = answered.success()?;
    if options.json.output() == Output::Json {
        return print_json(&answer);
    }
    let now = answer["now"].as_str().unwrap_or("");
    match (options.command, answer["steps"].as_u64()) {
        (ClockCommand::Advance { .. } | ClockCommand::Set { .. }, Some(steps)) => {
            let things = if steps == 1 {
                "1 thing was due".to_owned()
            } else {
                format!("{steps} things were due")
            };
            let done = in_language(
                language,
                format!("그 사이에 {steps}건을 했습니다"),
                format!("{things} on the way"),
            );
            println!("{now}  ({done})");
        }
        _ => println!("{now}"),
    }
    Ok(())
}

/// On a terminal, something moves meanwhile.
fn waiting(command: &ClockCommand, language: Language) -> ProgressBar {
    let (ClockCommand::Advance { by: to } | ClockCommand::Set { to }) = command else {
        return ProgressBar::hidden();
    };
    let bar = ProgressBar::new_spinner().with_message(format!(
        "{to}: {}",
        in_language(language, "그 사이의 일을 하는 중", "doing what falls due")
    ));
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
