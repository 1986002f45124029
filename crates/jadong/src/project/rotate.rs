//! `jadong project rotate-key`

use anyhow::{Context, bail};
use domain::EpochMs;
use domain::fingerprint::Pepper;
use domain::project::Project;
use seams::{Clock, OsEntropy, SystemClock};
use store::{CommitError, NewSecret, Store};
use terminal::lang::localized;

use super::Output;
use super::credentials::{Credentials, random_hex};
use crate::config::ConfiguredSpan;

/// The project of this name. Errors: there is none.
pub async fn named(store: &Store, name: &str) -> anyhow::Result<Project> {
    let projects = store.projects().await?;
    let Some(project) = projects.into_iter().find(|project| project.name == name) else {
        bail!("there is no project {name:?}; `jadong project list` shows them");
    };
    Ok(project)
}

pub async fn rotate(store: &Store, pepper: &Pepper, name: &str, overlap: &str, output: Output) -> anyhow::Result<()> {
    let overlap =
        ConfiguredSpan::try_from(overlap.to_owned()).map_err(|reason| anyhow::anyhow!("--overlap: {reason}"))?;
    let project = named(store, name).await?;
    let credentials = Credentials {
        project: project.name.clone(),
        client_key: project.client_key.clone(),
        secret_key: random_hex(&OsEntropy, 32),
        application_id: project.application_id.clone(),
        private_key: random_hex(&OsEntropy, 32),
    };
    let overlap_ms = u64::try_from(overlap.0.as_millis()).context("--overlap")?;
    let others_expire_at = EpochMs(SystemClock.now_ms()).plus_ms(overlap_ms);
    for secret in credentials.hashes(pepper) {
        let new = NewSecret {
            project_id: project.id,
            kind: secret.kind,
            hash: secret.hash,
            others_expire_at,
        };
        match store.rotate_secret(new).await {
            Ok(()) => {}
            // They may be valid from now on, and nobody else knows them.
            Err(CommitError::InDoubt(reason)) => {
                eprintln!(
                    "jadong: {reason}\njadong: the new secrets below may be valid or not: try them, and rotate again if not"
                );
            }
            Err(error) => return Err(error.into()),
        }
    }
    match output {
        Output::Text => {
            credentials.print();
            let until = others_expire_at.to_wire();
            println!(
                "{}",
                localized(
                    format!("이전 키와 그 키로 받은 토큰은 {until}까지 쓸 수 있습니다."),
                    format!("The old ones, and tokens got with them, work until {until}."),
                )
            );
        }
        Output::Json => println!("{}", serde_json::to_string_pretty(&credentials)?),
    }
    Ok(())
}
