//! The credentials of a sandbox's projects: those of the first one, which everybody knows, and those that make a project when
//! they are first used.

use domain::EpochMs;
use domain::fingerprint::Pepper;
use domain::project::{Guard, IssuedStatus, Project, ProjectPg, SecretHash, SecretKind, UnknownKeys, Webhook};

use crate::settings::Mode;
use crate::support::IdGenerator;
use crate::support::secret_hash::hash_secret;

/// Its `client_key`.
pub const CLIENT_KEY: &str = "sandbox_client_key";
/// Its `secret_key`.
pub const SECRET_KEY: &str = "sandbox_secret_key";
/// Its `application_id`.
pub const APPLICATION_ID: &str = "sandbox_application_id";
/// Its `private_key`.
pub const PRIVATE_KEY: &str = "sandbox_private_key";

/// What the one credential of a project made on first use begins with.
const PREFIX: &str = "sandbox_";
const NAME_LENGTH_MAX: usize = 48;

/// A sandbox's project, and all that opens it.
#[derive(Debug, Clone, Copy)]
pub struct SandboxCredentials<'a> {
    pub name: &'a str,
    pub client_key: &'a str,
    pub secret_key: &'a str,
    pub application_id: &'a str,
    pub private_key: &'a str,
}

impl SandboxCredentials<'static> {
    /// Of the project that every sandbox has.
    pub const FIRST: Self = Self {
        name: "sandbox",
        client_key: CLIENT_KEY,
        secret_key: SECRET_KEY,
        application_id: APPLICATION_ID,
        private_key: PRIVATE_KEY,
    };
}

impl<'a> SandboxCredentials<'a> {
    /// Of the project that a pair makes which nobody has: the key and its secret are the same word, `sandbox_<name>`, so that no
    /// slip in other credentials makes one. The name has small letters, digits, `-` and `_`.
    pub fn of_first_use(key: &'a str, secret: &str) -> Option<Self> {
        let name = key.strip_prefix(PREFIX).filter(|_| key == secret)?;
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        let is_name = (1..=NAME_LENGTH_MAX).contains(&name.len()) && name.chars().all(is_plain);
        is_name.then_some(Self {
            name: key,
            client_key: key,
            secret_key: key,
            application_id: key,
            private_key: key,
        })
    }

    /// The project, to be stored.
    pub fn project(&self, pepper: &Pepper, ids: &IdGenerator, now: EpochMs) -> Project {
        let secrets = [
            (SecretKind::SecretKey, self.secret_key),
            (SecretKind::PrivateKey, self.private_key),
        ];
        Project {
            id: ids.project(now),
            name: self.name.to_owned(),
            company_name: "자동 샌드박스".to_owned(),
            application_id: self.application_id.to_owned(),
            client_key: self.client_key.to_owned(),
            secrets: secrets
                .map(|(kind, secret)| SecretHash {
                    kind,
                    hash: hash_secret(pepper, kind, secret),
                    expires_at: None,
                })
                .to_vec(),
            issued_status: IssuedStatus::Documented,
            guard: Guard::default(),
            unknown_keys: UnknownKeys::default(),
            pg_webhook_number: 1,
            allowed_ips: Vec::new(),
            created_at: now,
            webhook: Webhook::default(),
            pg: ProjectPg::default(),
        }
    }
}

/// Whether a project has credentials that everybody knows or can guess, or one that identifies it.
pub fn are_of(project: &Project) -> bool {
    let is_of_first_use = project.client_key == project.application_id && project.client_key.starts_with(PREFIX);
    project.client_key == CLIENT_KEY || project.application_id == APPLICATION_ID || is_of_first_use
}

/// Who is let in: in live mode nobody by credentials that everybody knows, whoever put them there.
pub fn rule(mode: Mode) -> fn(&Project) -> bool {
    match mode {
        Mode::Sandbox => |_| true,
        Mode::Live => |project| !are_of(project),
    }
}
