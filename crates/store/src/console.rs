//! The console's people and sessions, and its audit log.

use domain::EpochMs;
use domain::fingerprint::Fingerprint;

use crate::Store;
use crate::error::{CommitError, CommitRefused, ReadError};
use crate::place::Place;
use crate::row::{Columns, Read};
use crate::statement::{Statement, Write, statements};
use crate::value::{Value, values};

statements! {
    INSERT_USER = "INSERT INTO console_user (name, role, password_hash, created_at_ms) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (name) DO NOTHING";
    DELETE_SESSIONS_OF = "DELETE FROM console_session WHERE name = ?1";
    DELETE_USER = "DELETE FROM console_user WHERE name = ?1";
    SET_PASSWORD = "UPDATE console_user SET password_hash = ?2 WHERE name = ?1";
    SELECT_USERS = "SELECT name, role, password_hash, created_at_ms FROM console_user ORDER BY name";
    FORGET_SESSIONS = "DELETE FROM console_session WHERE expires_at_ms <= ?1";
    INSERT_SESSION = "INSERT INTO console_session (token_hash, name, created_at_ms, expires_at_ms)
        SELECT ?1, name, ?3, ?4 FROM console_user WHERE name = ?2";
    DELETE_SESSION = "DELETE FROM console_session WHERE token_hash = ?1";
    SELECT_SESSION = "SELECT u.name, u.role, u.password_hash, u.created_at_ms, s.token_hash, s.name, s.created_at_ms,
        s.expires_at_ms FROM console_session AS s JOIN console_user AS u ON u.name = s.name WHERE s.token_hash = ?1";
    INSERT_ENTRY = "INSERT INTO console_act (number, at_ms, person, role, act, object, outcome, note, address)
        VALUES ((SELECT coalesce(max(number), 0) + 1 FROM console_act), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    /// Numbers are given one by one.
    LOCK_ENTRIES = "{postgres}SELECT 1 FROM installation{lock}";
    SELECT_ENTRIES = "SELECT number, at_ms, person, role, act, object, outcome, note, address FROM console_act
        WHERE number < ?1 ORDER BY number DESC LIMIT ?2";
}

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

fn user(columns: &mut Columns<'_>) -> Read<ConsoleUser> {
    Ok(ConsoleUser {
        name: columns.next()?,
        role: columns.next()?,
        password_hash: columns.next()?,
        created_at: columns.next()?,
    })
}

fn session(columns: &mut Columns<'_>) -> Read<(ConsoleSession, ConsoleUser)> {
    let user = user(columns)?;
    let session = ConsoleSession {
        token_hash: columns.next()?,
        name: columns.next()?,
        created_at: columns.next()?,
        expires_at: columns.next()?,
    };
    Ok((session, user))
}

fn entry(columns: &mut Columns<'_>) -> Read<(i64, AuditEntry)> {
    let number = columns.next()?;
    let entry = AuditEntry {
        at: columns.next()?,
        person: columns.next()?,
        role: columns.next()?,
        act: columns.next()?,
        object: columns.next()?,
        outcome: columns.next()?,
        note: columns.next()?,
        address: columns.next()?,
    };
    Ok((number, entry))
}

impl Store {
    /// Adds somebody. Errors: `CommitRefused::NameTaken`.
    pub async fn add_console_user(&self, user: ConsoleUser) -> Result<(), CommitError> {
        let values = values![user.name, user.role, user.password_hash, user.created_at];
        let write = Write::one(&INSERT_USER, values, CommitRefused::NameTaken);
        self.write(Place::Shared, vec![write]).await.map(drop)
    }

    /// Takes somebody out, signed in or not; `false` when there is none of that name.
    pub async fn remove_console_user(&self, name: String) -> Result<bool, CommitError> {
        let values = values![name];
        self.end_sessions_and(name, &DELETE_USER, values).await
    }

    /// Changes a password and ends the person's sessions; `false` when there is none of that name.
    pub async fn set_console_password(&self, name: String, password_hash: String) -> Result<bool, CommitError> {
        let values = values![name, password_hash];
        self.end_sessions_and(name, &SET_PASSWORD, values).await
    }

    async fn end_sessions_and(
        &self,
        name: String,
        statement: &'static Statement,
        values: Vec<Value>,
    ) -> Result<bool, CommitError> {
        let end = Write::any(&DELETE_SESSIONS_OF, values![name]);
        let counts = self
            .write(Place::Shared, vec![end, Write::any(statement, values)])
            .await?;
        Ok(counts.last() == Some(&1))
    }

    /// Everybody who may sign in, by name.
    pub async fn console_users(&self) -> Result<Vec<ConsoleUser>, ReadError> {
        self.rows(Place::Shared, &SELECT_USERS, values![], user).await
    }

    /// Adds a session, and forgets those that have expired by its beginning. Refused when the person was removed a moment ago.
    pub async fn begin_console_session(&self, session: ConsoleSession) -> Result<(), CommitError> {
        let (name, from, until) = (&session.name, session.created_at, session.expires_at);
        let values = values![session.token_hash, name, from, until];
        self.write(
            Place::Shared,
            vec![
                Write::any(&FORGET_SESSIONS, values![from]),
                Write::one(&INSERT_SESSION, values, CommitRefused::LostRace),
            ],
        )
        .await
        .map(drop)
    }

    /// Ends a session.
    pub async fn end_console_session(&self, token_hash: Fingerprint) -> Result<(), CommitError> {
        self.write_one(Place::Shared, &DELETE_SESSION, values![token_hash])
            .await
            .map(drop)
    }

    /// The session of this token with its person, expired or not.
    pub async fn console_session(
        &self,
        token_hash: Fingerprint,
    ) -> Result<Option<(ConsoleSession, ConsoleUser)>, ReadError> {
        self.first(Place::Shared, &SELECT_SESSION, values![token_hash], session)
            .await
    }

    /// Adds a row to the audit log.
    pub async fn add_audit_entry(&self, act: AuditEntry) -> Result<(), CommitError> {
        let AuditEntry { at, address, note, .. } = &act;
        let values = values![
            at,
            act.person,
            act.role,
            act.act,
            act.object,
            act.outcome,
            note,
            address
        ];
        let lock = Write::any(&LOCK_ENTRIES, values![]);
        let writes = vec![lock, Write::any(&INSERT_ENTRY, values)];
        self.write(Place::Shared, writes).await.map(drop)
    }

    /// At most `limit` rows of the audit log with their numbers, newest first, before `before`.
    pub async fn audit_entries(&self, before: Option<i64>, limit: u32) -> Result<Vec<(i64, AuditEntry)>, ReadError> {
        let values = values![before.unwrap_or(i64::MAX), limit];
        self.rows(Place::Shared, &SELECT_ENTRIES, values, entry).await
    }
}
