//! What a bank is started with, and why it may not start.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Client key of [`SimulatorConfig::sandbox`].
pub const SANDBOX_CLIENT_KEY: &str = "sandbox_pg_client_key";
/// Secret key of [`SimulatorConfig::sandbox`]: 32 characters, as `encData` needs.
pub const SANDBOX_SECRET_KEY: &str = "sandbox_pg_secret_key_32_letters";

/// No delay or limit may be longer than this.
pub(crate) const LONGEST_MS: u64 = 24 * 60 * 60 * 1000;

/// Settings of a simulated PG. Not printable: it holds the shop's secret key.
#[derive(Clone)]
pub struct SimulatorConfig {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The shop's credentials (`Authorization: Basic clientKey:secretKey`).
    pub client_key: String,
    /// 32 characters; also signs and decrypts.
    pub secret_key: String,
    /// Where `bank.journal` and `bank.key` are kept; `None` forgets everything at the end.
    pub folder: Option<PathBuf>,
    /// How long the default customer takes to answer. 0: the start's own answer already says `agreed`.
    pub answer_delay_ms: u64,
    /// After this a consent without an answer is `expired`.
    pub consent_limit_ms: u64,
}

impl SimulatorConfig {
    /// The sandbox's credentials, in memory, a customer who agrees after 300 ms, and the PG's 3-minute limit.
    #[must_use]
    pub fn sandbox(listen: SocketAddr) -> Self {
        Self {
            listen,
            client_key: SANDBOX_CLIENT_KEY.to_owned(),
            secret_key: SANDBOX_SECRET_KEY.to_owned(),
            folder: None,
            answer_delay_ms: 300,
            consent_limit_ms: 180_000,
        }
    }

    /// Refuses what the protocol or the core could not keep.
    pub(crate) fn check(&self) -> Result<(), StartError> {
        if self.secret_key.len() != 32 {
            return Err(StartError::SecretKeyLength);
        }
        if self.answer_delay_ms > LONGEST_MS || !(1..=LONGEST_MS).contains(&self.consent_limit_ms) {
            return Err(StartError::OutOfRange);
        }
        Ok(())
    }
}

/// Why a bank did not start. Carries no key and no line of the journal.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the secret key must have 32 characters")]
    SecretKeyLength,
    #[error("answer_delay_ms must be at most 24 hours, consent_limit_ms between 1 ms and 24 hours")]
    OutOfRange,
    #[error("cannot listen: {0}")]
    Listen(#[source] std::io::Error),
    #[error("cannot use the folder: {0}")]
    Folder(#[source] std::io::Error),
    #[error("another bank is using this folder")]
    FolderInUse,
    #[error("bank.key does not hold a key of 32 bytes")]
    BadKeyFile,
    #[error("line {line} of bank.journal cannot be read, or does not follow from the lines before it")]
    BadJournal { line: usize },
}
