//! Access tokens.

use domain::fingerprint::Fingerprint;
use domain::{EpochMs, ProjectId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::writer::Aborted;
use super::{rows, sql};
use crate::token::Token;

pub fn put(connection: &Connection, token: &Token) -> Result<(), Aborted> {
    let project_id = token.project_id.to_string();
    connection
        .prepare_cached(sql::FORGET_TOKENS)?
        .execute(params![project_id, token.issued_at.0])?;
    connection.prepare_cached(sql::INSERT_TOKEN)?.execute(params![
        token.hash.0,
        project_id,
        token.nonce,
        token.issued_at.0,
        token.expires_at.0
    ])?;
    Ok(())
}

pub fn newest(connection: &Connection, project: ProjectId) -> rusqlite::Result<Option<Token>> {
    connection
        .prepare_cached(sql::SELECT_NEWEST_TOKEN)?
        .query_row([project.to_string()], token)
        .optional()
}

pub fn by_hash(connection: &Connection, hash: Fingerprint) -> rusqlite::Result<Option<Token>> {
    connection
        .prepare_cached(sql::SELECT_TOKEN)?
        .query_row([hash.0], token)
        .optional()
}

fn token(row: &Row<'_>) -> rusqlite::Result<Token> {
    Ok(Token {
        hash: Fingerprint(row.get(0)?),
        project_id: rows::parsed(row, 1)?,
        nonce: row.get(2)?,
        issued_at: EpochMs(row.get(3)?),
        expires_at: EpochMs(row.get(4)?),
    })
}
