//! The sandbox's one project, whose credentials everybody knows.

use std::sync::Arc;

use domain::EpochMs;
use domain::fingerprint::Pepper;
use domain::project::{Guard, IssuedStatus, Project, UnknownKeys, Webhook};
use gateway::IdGenerator;
use gateway::sandbox_credentials::{APPLICATION_ID, CLIENT_KEY, PRIVATE_KEY, SECRET_KEY};
use seams::{Clock, Entropy};
use store::{CommitError, CommitRefused, Store};

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
        unknown_keys: UnknownKeys::default(),
        pg_webhook_number: 1,
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
