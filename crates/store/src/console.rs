//! The store's interface for the console: its people and sessions, its audit log, and lists for people.

use domain::fingerprint::Fingerprint;
use domain::issuance::Issuance;
use domain::key::BillingKey;
use domain::payment::{Payment, PaymentState, ResolutionStep};
use domain::reserve::Reserve;
use domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId, ReserveId, Won};

use crate::error::{CommitError, ReadError};
use crate::payment::Unresolved;
use crate::{Store, engine};

/// Somebody who may sign in.
#[derive(Clone)]
pub struct ConsoleUser {
    pub name: String,
    /// `viewer`, `operator` or `admin`.
    pub role: String,
    /// Argon2id, as PHC text.
    pub password_hash: String,
    pub created_at: EpochMs,
}

/// A signed-in browser; found by the hash of a token that only it has.
#[derive(Clone)]
pub struct ConsoleSession {
    pub token_hash: Fingerprint,
    pub name: String,
    pub created_at: EpochMs,
    pub expires_at: EpochMs,
}

/// One row of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    pub at: EpochMs,
    pub person: String,
    pub role: String,
    /// Such as `cancel`.
    pub act: String,
    /// What it was done to: an id, or a name.
    pub object: String,
    /// `asked`, `done`, or the code of a refusal.
    pub outcome: String,
    pub note: String,
    /// Where the person was.
    pub address: String,
}

/// A part of a list, newest first.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Where the next part goes on; `None` at the end.
    pub next: Option<String>,
}

/// Which part of a list.
#[derive(Debug, Clone)]
pub struct PageRequest {
    pub project: ProjectId,
    /// Only what is older than this id.
    pub before: Option<String>,
    pub limit: u32,
}

/// A call that ended without an answer and moves no debit: the worker finds out what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingOperation {
    pub kind: PendingKind,
    /// The receipt on whose page it is told.
    pub receipt_id: ReceiptId,
    /// The order, or the subscription.
    pub name: String,
    pub price: Won,
    pub since: EpochMs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PendingKind {
    Cancel,
    CashReceipt,
    Issuance,
}

impl Store {
    /// At most `limit` payments of a project that are in doubt or need a person, oldest first.
    pub async fn unresolved_of(&self, project: ProjectId, limit: u32) -> Result<Vec<Unresolved>, ReadError> {
        engine!(self, e => e.unresolved_of(project, limit).await)
    }

    /// The steps of several resolutions, one resolution after the other.
    pub async fn resolution_steps_of_many(&self, receipts: Vec<ReceiptId>) -> Result<Vec<ResolutionStep>, ReadError> {
        engine!(self, e => e.resolution_steps_of_many(receipts).await)
    }

    /// Cancels, cash receipts and issuances of a project that have been open since before `before`, oldest first, at most
    /// `limit` of each.
    pub async fn pending_operations(
        &self,
        project: ProjectId,
        before: EpochMs,
        limit: u32,
    ) -> Result<Vec<PendingOperation>, ReadError> {
        engine!(self, e => e.pending_operations(project, before, limit).await)
    }

    /// How many customers of a project are being asked for their consent.
    pub async fn open_consents(&self, project: ProjectId) -> Result<u64, ReadError> {
        engine!(self, e => e.open_consents(project).await)
    }

    /// Adds somebody. Errors: `CommitRefused::NameTaken`.
    pub async fn add_console_user(&self, user: ConsoleUser) -> Result<(), CommitError> {
        engine!(self, e => e.add_console_user(user).await)
    }

    /// Takes somebody out, signed in or not; `false` when there is none of that name.
    pub async fn remove_console_user(&self, name: String) -> Result<bool, CommitError> {
        engine!(self, e => e.remove_console_user(name).await)
    }

    /// Changes a password and ends the person's sessions; `false` when there is none of that name.
    pub async fn set_console_password(&self, name: String, password_hash: String) -> Result<bool, CommitError> {
        engine!(self, e => e.set_console_password(name, password_hash).await)
    }

    /// Everybody who may sign in, by name.
    pub async fn console_users(&self) -> Result<Vec<ConsoleUser>, ReadError> {
        engine!(self, e => e.console_users().await)
    }

    /// Adds a session, and forgets those that have expired by its beginning.
    pub async fn begin_console_session(&self, session: ConsoleSession) -> Result<(), CommitError> {
        engine!(self, e => e.begin_console_session(session).await)
    }

    /// Ends a session.
    pub async fn end_console_session(&self, token_hash: Fingerprint) -> Result<(), CommitError> {
        engine!(self, e => e.end_console_session(token_hash).await)
    }

    /// The session of this token with its person, expired or not.
    pub async fn console_session(
        &self,
        token_hash: Fingerprint,
    ) -> Result<Option<(ConsoleSession, ConsoleUser)>, ReadError> {
        engine!(self, e => e.console_session(token_hash).await)
    }

    /// Adds a row to the audit log.
    pub async fn add_audit_entry(&self, act: AuditEntry) -> Result<(), CommitError> {
        engine!(self, e => e.add_audit_entry(act).await)
    }

    /// At most `limit` rows of the audit log with their numbers, newest first, before `before`.
    pub async fn audit_entries(&self, before: Option<i64>, limit: u32) -> Result<Vec<(i64, AuditEntry)>, ReadError> {
        engine!(self, e => e.audit_entries(before, limit).await)
    }

    /// The newest payments, in one of `states` unless it is empty. Looks back over a bounded number of receipts at a time, so a
    /// part may have fewer rows than asked for and still go on.
    pub async fn recent_payments(
        &self,
        wanted: PageRequest,
        states: Vec<PaymentState>,
    ) -> Result<Page<Payment>, ReadError> {
        engine!(self, e => e.recent_payments(wanted, states).await)
    }

    /// The newest issuances, bounded like [`recent_payments`](Self::recent_payments).
    pub async fn recent_issuances(&self, wanted: PageRequest) -> Result<Page<Issuance>, ReadError> {
        engine!(self, e => e.recent_issuances(wanted).await)
    }

    /// The newest keys, bounded like [`recent_payments`](Self::recent_payments).
    pub async fn recent_keys(&self, wanted: PageRequest) -> Result<Page<BillingKey>, ReadError> {
        engine!(self, e => e.recent_keys(wanted).await)
    }

    /// At most `limit` issuances of a subscription, newest first.
    pub async fn issuances_by_subscription(
        &self,
        project: ProjectId,
        subscription: String,
        limit: u32,
    ) -> Result<Vec<Issuance>, ReadError> {
        engine!(self, e => e.issuances_by_subscription(project, subscription, limit).await)
    }

    /// At most `limit` payments with a key among the newest receipts, newest first; `next` where there may be older ones.
    pub async fn payments_by_key(
        &self,
        project: ProjectId,
        key: BillingKeyId,
        limit: u32,
    ) -> Result<Page<Payment>, ReadError> {
        engine!(self, e => e.payments_by_key(project, key, limit).await)
    }

    /// The waiting reserves of a key.
    pub async fn waiting_reserves_of(&self, key: BillingKeyId) -> Result<Vec<Reserve>, ReadError> {
        engine!(self, e => e.waiting_reserves_of(key).await)
    }

    /// At most `limit` reserves that are due after the one at `after` (a time and an id, or a time alone) and before `until`,
    /// earliest first.
    pub async fn reserves_between(
        &self,
        project: ProjectId,
        after: (EpochMs, Option<ReserveId>),
        until: EpochMs,
        limit: u32,
    ) -> Result<Vec<Reserve>, ReadError> {
        engine!(self, e => e.reserves_between(project, after, until, limit).await)
    }

    /// How many reserves are due in `[from, until)`, counted up to `max`.
    pub async fn count_reserves(
        &self,
        project: ProjectId,
        from: EpochMs,
        until: EpochMs,
        max: u32,
    ) -> Result<u32, ReadError> {
        engine!(self, e => e.count_reserves(project, from, until, max).await)
    }

    /// Makes the next step of a payment in doubt due at `now`; `false` when it is not in doubt.
    pub async fn hasten_resolution(
        &self,
        project: ProjectId,
        receipt: ReceiptId,
        now: EpochMs,
    ) -> Result<bool, CommitError> {
        engine!(self, e => e.hasten_resolution(project, receipt, now).await)
    }
}
