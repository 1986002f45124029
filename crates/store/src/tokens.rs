//! Access tokens of the legacy credentials. The token itself is derived, never stored.

use domain::fingerprint::Fingerprint;
use domain::{EpochMs, ProjectId};

use crate::Store;
use crate::error::{CommitError, ReadError};
use crate::place::Place;
use crate::row::{Columns, Read};
use crate::statement::{Write, ahead_ms, statements};
use crate::value::values;

statements! {
    INSERT_TOKEN = "INSERT INTO access_token (token_hash, project_id, nonce, issued_at_ms, expires_at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    FORGET_TOKENS = "DELETE FROM access_token WHERE project_id = ?1 AND expires_at_ms <= ?2";
    CAP_TOKENS = concat!("UPDATE access_token SET expires_at_ms = {min|least}(expires_at_ms, ?2 + ", ahead_ms!("?1"), ")
        WHERE project_id = ?1");
    SELECT_NEWEST_TOKEN = "SELECT token_hash, project_id, nonce, issued_at_ms, expires_at_ms FROM access_token
        WHERE project_id = ?1 ORDER BY issued_at_ms DESC LIMIT 1";
    SELECT_TOKEN = "SELECT token_hash, project_id, nonce, issued_at_ms, expires_at_ms FROM access_token
        WHERE token_hash = ?1";
}

/// One issued token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub hash: Fingerprint,
    pub project_id: ProjectId,
    /// What the token was derived from, beside the installation's key.
    pub nonce: [u8; 16],
    pub issued_at: EpochMs,
    pub expires_at: EpochMs,
}

fn read(columns: &mut Columns<'_>) -> Read<Token> {
    Ok(Token {
        hash: columns.next()?,
        project_id: columns.next()?,
        nonce: columns.next()?,
        issued_at: columns.next()?,
        expires_at: columns.next()?,
    })
}

impl Store {
    /// Adds a token and forgets those that have expired by its issue.
    pub async fn put_token(&self, token: Token) -> Result<(), CommitError> {
        let of = token.project_id;
        let values = values![token.hash, of, token.nonce, token.issued_at, token.expires_at];
        self.write(
            Place::Shared,
            vec![
                Write::any(&FORGET_TOKENS, values![of, token.issued_at]),
                Write::any(&INSERT_TOKEN, values),
            ],
        )
        .await
        .map(drop)
    }

    /// The project's token that was issued last.
    pub async fn newest_token(&self, project: ProjectId) -> Result<Option<Token>, ReadError> {
        self.first(Place::Shared, &SELECT_NEWEST_TOKEN, values![project], read)
            .await
    }

    /// The token with this hash, expired or not.
    pub async fn token(&self, hash: Fingerprint) -> Result<Option<Token>, ReadError> {
        self.first(Place::Shared, &SELECT_TOKEN, values![hash], read).await
    }
}
