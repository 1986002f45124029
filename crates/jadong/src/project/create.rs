//! `jadong project create`

use std::sync::Arc;

use anyhow::{Context, bail};
use domain::EpochMs;
use domain::fingerprint::Pepper;
use domain::project::{Guard, IssuedStatus, Project, ProjectPg, UnknownKeys, Webhook};
use gateway::IdGenerator;
use seams::{Clock, Entropy, OsEntropy, SystemClock};
use store::{CommitError, CommitRefused, Store};

use super::Output;
use super::credentials::{Credentials, random_hex};
use super::pg::PgOptions;

/// What was asked for.
pub struct NewProject {
    pub name: String,
    pub company_name: Option<String>,
    pub allow_ips: Vec<String>,
    pub issued_status: i16,
    pub guard: Guard,
    pub pg: PgOptions,
}

pub async fn create(store: &Store, pepper: &Pepper, wanted: NewProject, output: Output) -> anyhow::Result<()> {
    let name = wanted.name.trim();
    if name.is_empty() || name.chars().count() > 64 {
        bail!("a project's name has 1 to 64 characters");
    }
    for block in &wanted.allow_ips {
        block
            .parse::<ipnet::IpNet>()
            .with_context(|| format!("--allow-ip {block}: write a block such as 203.0.113.0/24 or 203.0.113.7/32"))?;
    }
    let issued_status = IssuedStatus::from_number(wanted.issued_status).context("--issued-status is 1 or 11")?;
    let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
    let credentials = Credentials {
        project: name.to_owned(),
        client_key: random_hex(entropy.as_ref(), 12),
        secret_key: random_hex(entropy.as_ref(), 32),
        application_id: random_hex(entropy.as_ref(), 12),
        private_key: random_hex(entropy.as_ref(), 32),
    };
    let now = EpochMs(SystemClock.now_ms());
    let id = IdGenerator::of_command(entropy.as_ref()).project(now);
    let project = Project {
        id,
        name: name.to_owned(),
        company_name: wanted.company_name.unwrap_or_else(|| name.to_owned()),
        application_id: credentials.application_id.clone(),
        client_key: credentials.client_key.clone(),
        secrets: credentials.hashes(pepper),
        issued_status,
        guard: wanted.guard,
        unknown_keys: UnknownKeys::default(),
        pg_webhook_number: 1,
        allowed_ips: wanted.allow_ips,
        created_at: now,
        webhook: Webhook::default(),
        pg: wanted.pg.over(&ProjectPg::default(), id, pepper)?,
    };
    match store.create_project(project).await {
        Ok(()) => {}
        Err(CommitError::Refused(CommitRefused::NameTaken)) => bail!("there is a project {name:?} already"),
        // It may be there from now on, and nobody else knows its secrets.
        Err(CommitError::InDoubt(reason)) => {
            eprintln!("jadong: {reason}\njadong: the project may have been created or not: `jadong project list` says");
        }
        Err(error) => return Err(error.into()),
    }
    match output {
        Output::Text => credentials.print(),
        Output::Json => println!("{}", serde_json::to_string_pretty(&credentials)?),
    }
    Ok(())
}
