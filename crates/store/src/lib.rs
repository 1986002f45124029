//! The store: what was acknowledged, and where every issuance stands. One interface, several engines.
//!
//! A write answers only after it is durable on disk. No type of an engine leaves this crate.

mod clock;
mod console;
mod error;
mod hourly_count;
mod installation;
mod payment;
mod project;
mod sqlite;
mod token;

pub use clock::ClockScope;
pub use console::{AuditEntry, ConsoleSession, ConsoleUser, Page, PageRequest, PendingKind, PendingOperation};
pub use error::{CommitError, CommitRefused, OpenError, ReadError};
pub use hourly_count::HourlyCount;
pub use installation::{DebitsHeld, Installation};
pub use payment::{Busy, LeaseRequest, OrderOwner, Unresolved};
pub use project::NewSecret;
pub use sqlite::{Inspection, OpenMode, SqliteOptions, inspect, is_new, is_served};
pub use token::Token;

use domain::change::Change;
use domain::fingerprint::Fingerprint;
use domain::issuance::Issuance;
use domain::key::BillingKey;
use domain::project::Project;
use domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId};

/// One transition as the history has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    pub seq: u32,
    pub from: String,
    pub to: String,
    pub at: EpochMs,
    pub actor: String,
    pub detail: String,
}

/// Where a page of open issuances ended: the next page begins after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCursor {
    pub project_id: ProjectId,
    pub subscription_id: String,
}

/// What was acknowledged. Clones share one engine.
#[derive(Clone)]
pub enum Store {
    /// An embedded database file; one writer thread, group commit.
    Sqlite(sqlite::Sqlite),
}

/// Hands a call to the engine.
macro_rules! engine {
    ($store:expr, $engine:ident => $call:expr) => {
        match $store {
            Store::Sqlite($engine) => $call,
        }
    };
}
pub(crate) use engine;

impl Store {
    /// Opens (and where needed creates and migrates) the SQLite database in `options.folder`.
    ///
    /// Blocks, where it is asked to check the database for some seconds. Errors: another process has it open, it is damaged,
    /// its schema is not this program's and the mode may not change it, two live payments have one order, the disk.
    pub fn open_sqlite(options: &SqliteOptions) -> Result<Self, OpenError> {
        sqlite::Sqlite::open(options).map(Self::Sqlite)
    }

    /// Makes `changes` true, all or none, and answers when they are durable.
    pub async fn commit(&self, changes: Vec<Change>) -> Result<(), CommitError> {
        engine!(self, e => e.commit(changes).await)
    }

    /// An issuance of `project`; `None` also when it is another project's.
    pub async fn issuance(&self, project: ProjectId, id: ReceiptId) -> Result<Option<Issuance>, ReadError> {
        engine!(self, e => e.issuance(project, id).await)
    }

    /// The open issuance of `project` with this subscription id.
    pub async fn open_issuance(&self, project: ProjectId, subscription: &str) -> Result<Option<Issuance>, ReadError> {
        engine!(self, e => e.open_issuance(project, subscription).await)
    }

    /// A page of at most `limit` open issuances of all projects, after `cursor`.
    pub async fn open_issuances(&self, cursor: Option<OpenCursor>, limit: u32) -> Result<Vec<Issuance>, ReadError> {
        engine!(self, e => e.open_issuances(cursor, limit).await)
    }

    /// A billing key of `project`; `None` also when it is another project's.
    pub async fn billing_key(&self, project: ProjectId, id: BillingKeyId) -> Result<Option<BillingKey>, ReadError> {
        engine!(self, e => e.billing_key(project, id).await)
    }

    /// At most `limit` destroyed keys that the PG has not confirmed dead, oldest first.
    pub async fn keys_to_expire(&self, limit: u32) -> Result<Vec<BillingKey>, ReadError> {
        engine!(self, e => e.keys_to_expire(limit).await)
    }

    /// Every transition of a receipt or key, oldest first.
    pub async fn history(&self, object: String) -> Result<Vec<HistoryRow>, ReadError> {
        engine!(self, e => e.history(object).await)
    }

    /// Adds a project. Errors: `CommitRefused::NameTaken` when its name or a credential exists.
    pub async fn create_project(&self, project: Project) -> Result<(), CommitError> {
        engine!(self, e => e.create_project(project).await)
    }

    /// Adds a secret; the present ones of its kind, and the project's tokens, end at `secret.others_expire_at` at the latest.
    pub async fn rotate_secret(&self, secret: NewSecret) -> Result<(), CommitError> {
        engine!(self, e => e.rotate_secret(secret).await)
    }

    /// Every project, by name.
    pub async fn projects(&self) -> Result<Vec<Project>, ReadError> {
        engine!(self, e => e.projects().await)
    }

    /// Adds a token and forgets those that have expired by its issue.
    pub async fn put_token(&self, token: Token) -> Result<(), CommitError> {
        engine!(self, e => e.put_token(token).await)
    }

    /// The project's token that was issued last.
    pub async fn newest_token(&self, project: ProjectId) -> Result<Option<Token>, ReadError> {
        engine!(self, e => e.newest_token(project).await)
    }

    /// The token with this hash, expired or not.
    pub async fn token(&self, hash: Fingerprint) -> Result<Option<Token>, ReadError> {
        engine!(self, e => e.token(hash).await)
    }

    /// Finishes what was accepted and closes the database. Later calls fail.
    pub async fn close(&self) {
        engine!(self, e => e.close().await);
    }
}
