//! The console's people, sessions and audit log.

use domain::fingerprint::Fingerprint;
use domain::{EpochMs, ProjectId, ReceiptId};
use rusqlite::{OptionalExtension, Row, params};

use super::sql;
use crate::console::{AuditEntry, ConsoleSession, ConsoleUser};
use crate::error::{CommitError, CommitRefused, ReadError};
use crate::sqlite::Sqlite;
use crate::sqlite::apply::on_constraint;

impl Sqlite {
    pub(crate) async fn add_console_user(&self, user: ConsoleUser) -> Result<(), CommitError> {
        let insert = move |c: &rusqlite::Connection| {
            c.prepare_cached(sql::INSERT_USER)?
                .execute(params![user.name, user.role, user.password_hash, user.created_at.0])
                .map_err(on_constraint(CommitRefused::NameTaken))?;
            Ok(())
        };
        self.writer.write_for(insert).await
    }

    pub(crate) async fn remove_console_user(&self, name: String) -> Result<bool, CommitError> {
        let remove = move |c: &rusqlite::Connection| {
            c.prepare_cached(sql::DELETE_SESSIONS_OF)?.execute([&name])?;
            Ok(c.prepare_cached(sql::DELETE_USER)?.execute([&name])? == 1)
        };
        self.writer.write_for(remove).await
    }

    pub(crate) async fn set_console_password(&self, name: String, hash: String) -> Result<bool, CommitError> {
        let change = move |c: &rusqlite::Connection| {
            c.prepare_cached(sql::DELETE_SESSIONS_OF)?.execute([&name])?;
            Ok(c.prepare_cached(sql::SET_PASSWORD)?.execute(params![name, hash])? == 1)
        };
        self.writer.write_for(change).await
    }

    pub(crate) async fn console_users(&self) -> Result<Vec<ConsoleUser>, ReadError> {
        let query = |c: &rusqlite::Connection| c.prepare_cached(sql::SELECT_USERS)?.query_map([], user)?.collect();
        self.readers.read(query).await
    }

    pub(crate) async fn begin_console_session(&self, session: ConsoleSession) -> Result<(), CommitError> {
        let begin = move |c: &rusqlite::Connection| {
            c.prepare_cached(sql::FORGET_SESSIONS)?
                .execute([session.created_at.0])?;
            let (created_at, expires_at) = (session.created_at.0, session.expires_at.0);
            c.prepare_cached(sql::INSERT_SESSION)?
                .execute(params![session.token_hash.0, session.name, created_at, expires_at])
                // Removed a moment ago.
                .map_err(on_constraint(CommitRefused::LostRace))?;
            Ok(())
        };
        self.writer.write_for(begin).await
    }

    pub(crate) async fn end_console_session(&self, token_hash: Fingerprint) -> Result<(), CommitError> {
        let end = move |c: &rusqlite::Connection| {
            c.prepare_cached(sql::DELETE_SESSION)?.execute([token_hash.0])?;
            Ok(())
        };
        self.writer.write_for(end).await
    }

    pub(crate) async fn console_session(
        &self,
        token_hash: Fingerprint,
    ) -> Result<Option<(ConsoleSession, ConsoleUser)>, ReadError> {
        let query = move |c: &rusqlite::Connection| {
            c.prepare_cached(sql::SELECT_SESSION)?
                .query_row([token_hash.0], session)
                .optional()
        };
        self.readers.read(query).await
    }

    pub(crate) async fn hasten_resolution(
        &self,
        project: ProjectId,
        receipt: ReceiptId,
        now: EpochMs,
    ) -> Result<bool, CommitError> {
        let hasten = move |c: &rusqlite::Connection| {
            let values = params![receipt.to_string(), project.to_string(), now.0];
            Ok(c.prepare_cached(sql::HASTEN_VERDICT)?.execute(values)? == 1)
        };
        self.writer.write_for(hasten).await
    }

    pub(crate) async fn add_audit_entry(&self, act: AuditEntry) -> Result<(), CommitError> {
        let insert = move |c: &rusqlite::Connection| {
            let (who, what) = ((&act.person, &act.role), (&act.act, &act.object));
            let values = params![
                act.at.0,
                who.0,
                who.1,
                what.0,
                what.1,
                act.outcome,
                act.note,
                act.address
            ];
            c.prepare_cached(sql::INSERT_ACT)?.execute(values)?;
            Ok(())
        };
        self.writer.write_for(insert).await
    }

    pub(crate) async fn audit_entries(
        &self,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<(i64, AuditEntry)>, ReadError> {
        let query = move |c: &rusqlite::Connection| {
            c.prepare_cached(sql::SELECT_ACTS)?
                .query_map(params![before.unwrap_or(i64::MAX), limit], audit_entry)?
                .collect()
        };
        self.readers.read(query).await
    }
}

fn user(row: &Row<'_>) -> rusqlite::Result<ConsoleUser> {
    Ok(ConsoleUser {
        name: row.get(0)?,
        role: row.get(1)?,
        password_hash: row.get(2)?,
        created_at: EpochMs(row.get(3)?),
    })
}

fn session(row: &Row<'_>) -> rusqlite::Result<(ConsoleSession, ConsoleUser)> {
    let name: String = row.get(1)?;
    let session = ConsoleSession {
        token_hash: Fingerprint(row.get(0)?),
        name: name.clone(),
        created_at: EpochMs(row.get(2)?),
        expires_at: EpochMs(row.get(3)?),
    };
    let user = ConsoleUser {
        name,
        role: row.get(4)?,
        password_hash: row.get(5)?,
        created_at: EpochMs(row.get(6)?),
    };
    Ok((session, user))
}

fn audit_entry(row: &Row<'_>) -> rusqlite::Result<(i64, AuditEntry)> {
    let act = AuditEntry {
        at: EpochMs(row.get(1)?),
        person: row.get(2)?,
        role: row.get(3)?,
        act: row.get(4)?,
        object: row.get(5)?,
        outcome: row.get(6)?,
        note: row.get(7)?,
        address: row.get(8)?,
    };
    Ok((row.get(0)?, act))
}
