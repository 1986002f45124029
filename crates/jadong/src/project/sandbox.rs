//! The sandbox's one project, whose credentials everybody knows.

use std::sync::Arc;

use domain::EpochMs;
use domain::fingerprint::Pepper;
use gateway::IdGenerator;
use gateway::sandbox_credentials::{CLIENT_KEY, SandboxCredentials};
use seams::{Clock, Entropy};
use store::{CommitError, CommitRefused, ReadError, Store};

/// Makes the project unless it is there.
pub async fn seed(
    store: &Store,
    pepper: &Pepper,
    clock: &dyn Clock,
    entropy: &Arc<dyn Entropy>,
) -> Result<(), CommitError> {
    let ids = IdGenerator::of_command(entropy.as_ref());
    let project = SandboxCredentials::FIRST.project(pepper, &ids, EpochMs(clock.now_ms()));
    match store.create_project(project).await {
        Ok(()) | Err(CommitError::Refused(CommitRefused::NameTaken)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// What its webhooks are signed with now; `None` where somebody has taken its credentials away.
pub async fn webhook_secret(store: &Store, pepper: &Pepper) -> Result<Option<String>, ReadError> {
    let projects = store.projects().await?;
    let project = projects.into_iter().find(|project| project.client_key == CLIENT_KEY);
    Ok(project.map(|project| gateway::webhook_secret(pepper, project.id, project.webhook.secret_number)))
}
