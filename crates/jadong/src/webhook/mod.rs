//! `jadong webhook`: the outbox, where it goes, and what it is signed with.

mod list;
pub mod options;
mod resend;
mod secret;
mod set;

use anyhow::Context;
use devtools::webhook_check;
use domain::project::Project;
use store::Store;

use options::{WebhookCommand, WebhookOptions};

pub async fn run(options: WebhookOptions) -> anyhow::Result<()> {
    let command = match options.command {
        WebhookCommand::Ordeal(options) => return webhook_check::run(options).await,
        command => command,
    };
    let place = &options.store;
    let store = place.open().await?;
    let done = match command {
        WebhookCommand::List { receipt, lang, json } => {
            list::list(&store, receipt.as_deref(), lang.language(), json.output()).await
        }
        WebhookCommand::Resend { delivery_id, json } => resend::resend(&store, &delivery_id, json.output()).await,
        WebhookCommand::Set { project, url, json } => set::set(&store, &project, &url, json.output()).await,
        WebhookCommand::RotateSecret { project, overlap, json } => match place.pepper(&store).await {
            Ok(pepper) => secret::rotate(&store, &pepper, &project, &overlap, json.output()).await,
            Err(error) => Err(error),
        },
        WebhookCommand::Secret { project, json } => match place.pepper(&store).await {
            Ok(pepper) => secret::show(&store, &pepper, &project, json.output()).await,
            Err(error) => Err(error),
        },
        // Answered above: it needs no database.
        WebhookCommand::Ordeal(_) => Ok(()),
    };
    store.close().await;
    done
}

async fn named(store: &Store, name: &str) -> anyhow::Result<Project> {
    let projects = store.projects().await?;
    let found = projects.into_iter().find(|project| project.name == name);
    found.with_context(|| format!("there is no project {name:?}; `jadong project list` shows them"))
}
