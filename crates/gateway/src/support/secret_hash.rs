//! Hashes of secrets. Secrets are random and long, so a keyed hash is enough, and fast enough for every request.

use domain::fingerprint::{Fingerprint, Pepper};
use domain::project::SecretKind;

/// What is stored instead of a secret.
#[must_use]
pub fn hash_secret(pepper: &Pepper, kind: SecretKind, secret: &str) -> Fingerprint {
    pepper.hash(kind.name(), &[secret])
}
