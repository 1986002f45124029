//! The credentials of the sandbox's one project, which everybody knows.

pub const CLIENT_KEY: &str = "sandbox_client_key";
pub const SECRET_KEY: &str = "sandbox_secret_key";
pub const APPLICATION_ID: &str = "sandbox_application_id";
pub const PRIVATE_KEY: &str = "sandbox_private_key";
