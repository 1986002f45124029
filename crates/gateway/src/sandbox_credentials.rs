//! The credentials of the sandbox's one project, which everybody knows.

/// Its `client_key`.
pub const CLIENT_KEY: &str = "sandbox_client_key";
/// Its `secret_key`.
pub const SECRET_KEY: &str = "sandbox_secret_key";
/// Its `application_id`.
pub const APPLICATION_ID: &str = "sandbox_application_id";
/// Its `private_key`.
pub const PRIVATE_KEY: &str = "sandbox_private_key";
