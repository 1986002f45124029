//! In a sandbox, a pair of credentials `sandbox_<name>` that nobody has makes its project: the jobs of a build share one server,
//! and each has a telephone, a clock, faults and webhooks of its own.

use domain::{ErrorCode, Refusal};
use store::{CommitError, CommitRefused};

use super::Auth;
use super::authentication::CredentialPair;
use crate::sandbox_credentials::SandboxCredentials;
use crate::settings::Mode;

/// Each is read again every second, and has workers to look after it.
const PROJECTS_MAX: usize = 1_000;

/// Makes the project of the pair, where it is one of these and this is a sandbox. Whether it is there now.
///
/// Errors: `SANDBOX_REFUSED` (409) where there are too many projects, and that the store cannot be written.
pub async fn make(auth: &Auth, pair: &CredentialPair) -> Result<bool, Refusal> {
    let services = &auth.services;
    let credentials = match services.settings.mode {
        Mode::Sandbox => SandboxCredentials::of_first_use(&pair.key, &pair.secret),
        Mode::Live => None,
    };
    let Some(credentials) = credentials else {
        return Ok(false);
    };
    let projects = &services.ledger.projects;
    if projects.count() >= PROJECTS_MAX {
        return Err(Refusal::of(ErrorCode::SandboxRefused).hint(format!("{PROJECTS_MAX} projects")));
    }
    let now = services.clocks.machine_now();
    let project = credentials.project(&services.pepper, &services.ids, now);
    match services.store().create_project(project).await {
        Ok(()) => tracing::info!(
            project = credentials.name,
            "a project was made on the first use of its credentials"
        ),
        // Somebody else's first use was first.
        Err(CommitError::Refused(CommitRefused::NameTaken)) => {}
        Err(error) => return Err(error.into()),
    }
    projects.refresh(services.store(), now).await?;
    Ok(true)
}
