//! The sandbox's one project, whose credentials everybody knows.

use std::sync::Arc;

use domain::EpochMs;
use domain::fingerprint::Pepper;
use domain::project::{Guard, IssuedStatus, Project, Webhook};
use gateway::IdGenerator;
use gateway::sandbox_credentials::{APPLICATION_ID, CLIENT_KEY, PRIVATE_KEY, SECRET_KEY};
use seams::{Clock, Entropy};
use store::{CommitError, CommitRefused, ReadError, Store};

use super::credentials::Credentials;

/// Makes the project unless it is there.
pub async fn seed(
    store: &Store,
    pepper: &Pepper,
    clock: &dyn Clock,
    entropy: &Arc<dyn Entropy>,
) -> Result<(), CommitError> {
    let credentials = Credentials {
        project: "sandbox".to_owned(),
        client_key: CLIENT_KEY.to_owned(),
        secret_key: SECRET_KEY.to_owned(),
        application_id: APPLICATION_ID.to_owned(),
        private_key: PRIVATE_KEY.to_owned(),
    };
    let now = EpochMs(clock.now_ms());
    let project = Project {
        id: IdGenerator::of_command(entropy.as_ref()).project(now),
        name: credentials.project.clone(),
        company_name: "자동 샌드박스".to_owned(),
        application_id: credentials.application_id.clone(),
        client_key: credentials.client_key.clone(),
        secrets: credentials.hashes(pepper),
        issued_status: IssuedStatus::Documented,
        guard: Guard::default(),
        allowed_ips: Vec::new(),
        created_at: now,
        webhook: Webhook::default(),
        pg: domain::project::ProjectPg::default(),
    };
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
