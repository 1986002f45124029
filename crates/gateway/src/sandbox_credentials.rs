//! The credentials of the sandbox's one project, which everybody knows.

use domain::project::Project;

use crate::settings::Mode;

/// Its `client_key`.
pub const CLIENT_KEY: &str = "sandbox_client_key";
/// Its `secret_key`.
pub const SECRET_KEY: &str = "sandbox_secret_key";
/// Its `application_id`.
pub const APPLICATION_ID: &str = "sandbox_application_id";
/// Its `private_key`.
pub const PRIVATE_KEY: &str = "sandbox_private_key";

/// Whether a project has them, or one that identifies it.
pub fn are_of(project: &Project) -> bool {
    project.client_key == CLIENT_KEY || project.application_id == APPLICATION_ID
}

/// Who is let in: in live mode nobody by credentials that everybody knows, whoever put them there.
pub fn rule(mode: Mode) -> fn(&Project) -> bool {
    match mode {
        Mode::Sandbox => |_| true,
        Mode::Live => |project| !are_of(project),
    }
}
