//! The merchants of a gateway under test.

use domain::EpochMs;
use domain::fingerprint::Pepper;
use domain::project::{Guard, Project, ProjectPg, SecretHash, SecretKind, UnknownKeys};
use gateway::{IdGenerator, Mode, hash_secret};

use super::{SANDBOX, START_MS, TestSettings};

/// What the credentials of a project begin with: its name, but for those that live mode does not let in.
pub(super) fn credentials_of(name: &str, mode: Mode) -> &str {
    if mode == Mode::Live && name == SANDBOX {
        "live"
    } else {
        name
    }
}

pub(super) fn project(name: &str, plan: &TestSettings, mint: &IdGenerator, pepper: &Pepper) -> Project {
    let own = credentials_of(name, plan.mode);
    let secret = |kind: SecretKind| SecretHash {
        kind,
        hash: hash_secret(pepper, kind, &format!("{own}_{}", kind.name())),
        expires_at: None,
    };
    let id = mint.project(EpochMs(START_MS));
    Project {
        id,
        name: name.to_owned(),
        company_name: plan.company_name.clone(),
        application_id: format!("{own}_application_id"),
        client_key: format!("{own}_client_key"),
        secrets: vec![secret(SecretKind::SecretKey), secret(SecretKind::PrivateKey)],
        issued_status: plan.issued_status,
        guard: Guard::default(),
        unknown_keys: UnknownKeys::default(),
        pg_webhook_number: 1,
        allowed_ips: if name == SANDBOX {
            plan.allowed_ips.clone()
        } else {
            Vec::new()
        },
        created_at: EpochMs(START_MS),
        webhook: domain::project::Webhook::default(),
        pg: ProjectPg::default(),
    }
}
