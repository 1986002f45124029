//! `jadong clock`: the sandbox's clock, by its API.

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::cli::ClockCommand;
use crate::project::sandbox;

pub async fn run(url: &str, command: ClockCommand) -> anyhow::Result<()> {
    let endpoint = format!("{}/sandbox/clock", url.trim_end_matches('/'));
    let client = reqwest::Client::builder().tls_certs_only([]).no_proxy().build()?;
    let request = match command {
        ClockCommand::Show => client.get(&endpoint),
        ClockCommand::Advance { by } => client.post(&endpoint).json(&json!({ "advance": by })),
        ClockCommand::Set { to } => client.post(&endpoint).json(&json!({ "set": to })),
    };
    let response = request
        .basic_auth(sandbox::CLIENT_KEY, Some(sandbox::SECRET_KEY))
        .header("accept-language", "en")
        .send()
        .await
        .with_context(|| format!("no sandbox at {url}; start one with `jadong serve`, or name it with --url"))?;
    let answer: Value = response.json().await?;
    if let Some(message) = answer["message"].as_str() {
        bail!("{message} {}", answer["hint"].as_str().unwrap_or(""));
    }
    println!(
        "{}  ({} things were due on the way)",
        answer["now"].as_str().unwrap_or(""),
        answer["steps"]
    );
    Ok(())
}
