//! A project: one merchant's credentials, rules and name.

use crate::fingerprint::Fingerprint;
use crate::ids::ProjectId;
use crate::pg_answers::PgAnswers;
use crate::time::EpochMs;

/// Which top-level `status` an issued key has: the documentation and the recordings differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IssuedStatus {
    /// 1, as documented.
    #[default]
    Documented,
    /// 11, as every recorded answer has it.
    Recorded,
}

impl IssuedStatus {
    #[must_use]
    pub fn number(self) -> i16 {
        match self {
            Self::Documented => 1,
            Self::Recorded => 11,
        }
    }

    /// `None` for a number that is neither.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::Documented),
            11 => Some(Self::Recorded),
            _ => None,
        }
    }
}

/// What a charge meets while an earlier debit of the same key over the same amount has no outcome yet: it may be the same money
/// under another order id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, strum::IntoStaticStr, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Guard {
    /// It is debited, and the answer names the earlier one.
    #[default]
    Notice,
    /// It is refused, and nothing is debited.
    Refuse,
}

named!(Guard);

/// What becomes of a charge, a reserve or a look-up of a billing key that is not known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, strum::IntoStaticStr, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum UnknownKeys {
    /// It is refused, and the PG is not asked.
    #[default]
    Refuse,
    /// The key is looked up at the PG, and taken over where that has it.
    Adopt,
}

named!(UnknownKeys);

/// A project as the store keeps it. Secrets are hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    pub id: ProjectId,
    pub name: String,
    /// `company_name` in answers.
    pub company_name: String,
    pub application_id: String,
    pub client_key: String,
    pub secrets: Vec<SecretHash>,
    pub issued_status: IssuedStatus,
    pub guard: Guard,
    pub unknown_keys: UnknownKeys,
    /// CIDR blocks; empty means everywhere.
    pub allowed_ips: Vec<String>,
    pub created_at: EpochMs,
    pub webhook: Webhook,
    pub pg: ProjectPg,
    /// The token of the address that its PG sends webhooks to is derived from the installation's key and this number.
    pub pg_webhook_number: u32,
}

/// Through which PG a project issues keys and debits. It stays: keys are of the PG that has issued them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectPg {
    pub name: PgName,
    /// Where it is; `None`: where the connector knows it to be, or the configuration says.
    pub url: Option<String>,
    /// Who the merchant is there, sealed with the installation's key; `None`: the configuration says.
    pub credentials: Option<SealedCredentials>,
    /// What was measured there: how long after a debit, in milliseconds, "no such order" is believed. `None`: never.
    pub absence_proven_after_ms: Option<i64>,
    /// All that was measured there; `None`: nothing. It is of the account that the credentials are of.
    pub answers: Option<PgAnswers>,
}

/// A PG that there is a connector for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, strum::IntoStaticStr, strum::EnumString, strum::VariantArray,
)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum PgName {
    /// NICE Payments, or its simulator: what the configuration names.
    #[default]
    Nicepay,
    /// The merchant's own project at the hosted Bootpay API.
    Hosted,
    /// The merchant's own shop at Toss Pay, for its automatic payment.
    Tosspay,
}

named!(PgName);

/// Credentials that only the installation's key opens.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedCredentials(pub String);

impl std::fmt::Debug for SealedCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedCredentials(…)")
    }
}

/// Where a project's webhooks go, and which signing secrets are in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// `None`: only requests with a `feedback_url` are told.
    pub url: Option<String>,
    /// The secret is derived from the installation's key and this number.
    pub secret_number: u32,
    /// Until when the secret before signs too.
    pub overlap_until: Option<EpochMs>,
}

impl Default for Webhook {
    fn default() -> Self {
        Self {
            url: None,
            secret_number: 1,
            overlap_until: None,
        }
    }
}

/// The hash of one secret, and until when it is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretHash {
    pub kind: SecretKind,
    pub hash: Fingerprint,
    /// `None` until a newer secret replaces it.
    pub expires_at: Option<EpochMs>,
}

/// Which of the two credentials a secret belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum SecretKind {
    /// `secret_key`, with `client_key`.
    SecretKey,
    /// `private_key`, with `application_id`.
    PrivateKey,
}

named!(SecretKind);

impl Project {
    /// Whether `hash` is one of the project's secrets of `kind` that is valid at `now`.
    #[must_use]
    pub fn accepts(&self, kind: SecretKind, hash: &Fingerprint, now: EpochMs) -> bool {
        let valid = |secret: &&SecretHash| secret.kind == kind && secret.expires_at.is_none_or(|until| now < until);
        self.secrets.iter().filter(valid).any(|secret| secret.hash == *hash)
    }

    /// When the secret of `kind` with this hash ends; `None` while no newer one replaces it.
    #[must_use]
    pub fn ends_at(&self, kind: SecretKind, hash: &Fingerprint) -> Option<EpochMs> {
        let mut secrets = self.secrets.iter();
        let secret = secrets.find(|secret| secret.kind == kind && secret.hash == *hash)?;
        secret.expires_at
    }
}
