//! The engine's reads and writes, as the store's interface names them.

use domain::change::Change;
use domain::fingerprint::Fingerprint;
use domain::issuance::Issuance;
use domain::key::BillingKey;
use domain::project::Project;
use domain::text::nfc;
use domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId};
use rusqlite::{OptionalExtension, params};

use super::open::Sqlite;
use super::writer::Command;
use super::{projects, rows, sql, tokens};
use crate::error::{CommitError, ReadError};
use crate::project::NewSecret;
use crate::token::Token;
use crate::{HistoryRow, OpenCursor};

impl Sqlite {
    pub(crate) async fn commit(&self, changes: Vec<Change>) -> Result<(), CommitError> {
        self.writer.write(Command::Apply(changes)).await
    }

    pub(crate) async fn create_project(&self, project: Project) -> Result<(), CommitError> {
        self.writer.write(Command::CreateProject(Box::new(project))).await
    }

    pub(crate) async fn rotate_secret(&self, secret: NewSecret) -> Result<(), CommitError> {
        self.writer.write(Command::RotateSecret(secret)).await
    }

    pub(crate) async fn put_token(&self, token: Token) -> Result<(), CommitError> {
        self.writer.write(Command::PutToken(token)).await
    }

    pub(crate) async fn issuance(&self, project: ProjectId, id: ReceiptId) -> Result<Option<Issuance>, ReadError> {
        let query = move |connection: &rusqlite::Connection| {
            let mut statement = connection.prepare_cached(sql::SELECT_ISSUANCE)?;
            statement
                .query_row(params![id.to_string(), project.to_string()], rows::issuance)
                .optional()
        };
        self.readers.read(query).await
    }

    pub(crate) async fn open_issuance(
        &self,
        project: ProjectId,
        subscription: &str,
    ) -> Result<Option<Issuance>, ReadError> {
        let subscription = subscription.to_owned();
        let query = move |connection: &rusqlite::Connection| {
            let mut statement = connection.prepare_cached(sql::SELECT_OPEN_ISSUANCE)?;
            statement
                .query_row(params![project.to_string(), nfc(&subscription)], rows::issuance)
                .optional()
        };
        self.readers.read(query).await
    }

    pub(crate) async fn open_issuances(
        &self,
        cursor: Option<OpenCursor>,
        limit: u32,
    ) -> Result<Vec<Issuance>, ReadError> {
        let (project, subscription) = cursor.map_or_else(Default::default, |cursor| {
            (cursor.project_id.to_string(), nfc(&cursor.subscription_id).into_owned())
        });
        let query = move |connection: &rusqlite::Connection| {
            let mut statement = connection.prepare_cached(sql::SELECT_OPEN_ISSUANCES)?;
            statement
                .query_map(params![project, subscription, limit], rows::issuance)?
                .collect()
        };
        self.readers.read(query).await
    }

    pub(crate) async fn billing_key(
        &self,
        project: ProjectId,
        id: BillingKeyId,
    ) -> Result<Option<BillingKey>, ReadError> {
        let query = move |connection: &rusqlite::Connection| {
            let mut statement = connection.prepare_cached(sql::SELECT_KEY)?;
            statement
                .query_row(params![id.to_string(), project.to_string()], rows::billing_key)
                .optional()
        };
        self.readers.read(query).await
    }

    pub(crate) async fn keys_to_expire(&self, limit: u32) -> Result<Vec<BillingKey>, ReadError> {
        let query = move |connection: &rusqlite::Connection| {
            let mut statement = connection.prepare_cached(sql::SELECT_KEYS_TO_EXPIRE)?;
            statement.query_map([limit], rows::billing_key)?.collect()
        };
        self.readers.read(query).await
    }

    pub(crate) async fn history(&self, object: String) -> Result<Vec<HistoryRow>, ReadError> {
        let query = move |connection: &rusqlite::Connection| {
            let mut statement = connection.prepare_cached(sql::SELECT_HISTORY)?;
            let read = |row: &rusqlite::Row<'_>| {
                Ok(HistoryRow {
                    seq: row.get(0)?,
                    from: row.get(1)?,
                    to: row.get(2)?,
                    at: row.get(3).map(EpochMs)?,
                    actor: row.get(4)?,
                    detail: row.get(5)?,
                })
            };
            statement.query_map([object], read)?.collect()
        };
        self.readers.read(query).await
    }

    pub(crate) async fn projects(&self) -> Result<Vec<Project>, ReadError> {
        self.readers.read(projects::all).await
    }

    pub(crate) async fn newest_token(&self, project: ProjectId) -> Result<Option<Token>, ReadError> {
        self.readers
            .read(move |connection| tokens::newest(connection, project))
            .await
    }

    pub(crate) async fn token(&self, hash: Fingerprint) -> Result<Option<Token>, ReadError> {
        self.readers
            .read(move |connection| tokens::by_hash(connection, hash))
            .await
    }

    pub(crate) async fn close(&self) {
        let writer = self.writer.clone();
        // The thread is joined where blocking is allowed.
        let _ = tokio::task::spawn_blocking(move || writer.close()).await;
    }
}
