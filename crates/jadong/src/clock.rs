//! `jadong clock`: the clock of one sandbox project, by the API.

use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use serde_json::{Value, json};

use crate::project::sandbox;

#[derive(Args)]
pub struct ClockOptions {
    /// The sandbox.
    #[arg(long, default_value = "http://127.0.0.1:4141", global = true)]
    pub url: String,
    /// Whose clock [default: the sandbox's own project]
    #[arg(long, env = "JADONG_CLIENT_KEY", default_value = sandbox::CLIENT_KEY, global = true, hide_default_value = true)]
    pub client_key: String,
    #[arg(long, env = "JADONG_SECRET_KEY", default_value = sandbox::SECRET_KEY, global = true, hide_default_value = true, hide_env_values = true)]
    pub secret_key: String,
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: ClockCommand,
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
    let url = options.url.trim_end_matches('/');
    let endpoint = format!("{url}/sandbox/clock");
    let client = reqwest::Client::builder().tls_certs_only([]).no_proxy().build()?;
    let request = match &options.command {
        ClockCommand::Show => client.get(&endpoint),
        ClockCommand::Advance { by } => client.post(&endpoint).json(&json!({ "advance": by })),
        ClockCommand::Set { to } => client.post(&endpoint).json(&json!({ "set": to })),
    };
    let waiting = waiting(&options.command);
    let response = request
        .basic_auth(&options.client_key, Some(&options.secret_key))
        .header("accept-language", "en")
        .send()
        .await
        .with_context(|| format!("no sandbox at {url}; start one with `jadong serve`, or name it with --url"))?;
    let answer: Value = response.json().await?;
    waiting.finish_and_clear();
    if let Some(message) = answer["message"].as_str() {
        bail!("{message} {}", answer["hint"].as_str().unwrap_or(""));
    }
    if options.json {
        println!("{answer}");
        return Ok(());
    }
    let now = answer["now"].as_str().unwrap_or("");
    match options.command {
        ClockCommand::Show => println!("{now}"),
        _ => println!("{now}  ({} things were due on the way)", answer["steps"]),
    }
    Ok(())
}

/// A year with many reserves takes a while: on a terminal, something moves meanwhile.
fn waiting(command: &ClockCommand) -> ProgressBar {
    let (ClockCommand::Advance { by: to } | ClockCommand::Set { to }) = command else {
        return ProgressBar::hidden();
    };
    let bar = ProgressBar::new_spinner().with_message(format!("{to}: 그 사이의 일을 하는 중 (doing what falls due)"));
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
