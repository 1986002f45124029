//! `jadong webhook secret` and `jadong webhook rotate-secret`

use anyhow::Context;
use domain::EpochMs;
use domain::fingerprint::Pepper;
use seams::{Clock, SystemClock};
use serde_json::json;
use store::Store;
use terminal::lang::localized;

use super::named;
use crate::config::ConfiguredSpan;
use crate::output::{Output, print_json};

pub async fn show(store: &Store, pepper: &Pepper, project: &str, output: Output) -> anyhow::Result<()> {
    let project = named(store, project).await?;
    let secret = gateway::webhook_secret(pepper, project.id, project.webhook.secret_number);
    match output {
        Output::Json => print_json(&json!({ "project": project.name, "secret": secret }))?,
        Output::Text => println!("{secret}"),
    }
    Ok(())
}

pub async fn rotate(
    store: &Store,
    pepper: &Pepper,
    project: &str,
    overlap: &str,
    output: Output,
) -> anyhow::Result<()> {
    let overlap =
        ConfiguredSpan::try_from(overlap.to_owned()).map_err(|reason| anyhow::anyhow!("--overlap: {reason}"))?;
    let overlap_ms = u64::try_from(overlap.0.as_millis()).context("--overlap")?;
    let project = named(store, project).await?;
    let until = EpochMs(SystemClock.now_ms()).plus_ms(overlap_ms);
    store.rotate_webhook_secret(project.id, until).await?;
    show(store, pepper, &project.name, output).await?;
    let until = until.to_wire();
    eprintln!(
        "{}",
        localized(
            format!("이전 비밀은 {until}까지 함께 서명합니다."),
            format!("The old one signs too until {until}."),
        )
    );
    Ok(())
}
