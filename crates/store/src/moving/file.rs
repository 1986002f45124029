//! The file that an installation is moved from. Nobody else writes to it meanwhile.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::types::Value as Raw;
use rusqlite::{Connection, params_from_iter};
use serde_json::Value as Json;

use super::tables::Table;
use crate::engine::sqlite::{OpenMode, lock, migrate};
use crate::error::OpenError;

/// Rows at once.
pub const PAGE: usize = 1_000;

/// A database file that is held.
pub struct Source {
    connection: Connection,
    path: PathBuf,
    _lock: File,
}

/// What a column is in PostgreSQL.
pub struct Column {
    pub name: String,
    pub is_bytes: bool,
}

/// What the file's installation is.
pub struct Identity {
    pub id: String,
    pub beat: i64,
    /// As a JSON object: what else its row says.
    pub rest: Json,
}

/// Where a file is after it was moved away from.
pub fn moved(folder: &Path) -> PathBuf {
    folder.join("jadong.db.moved")
}

impl Source {
    /// Takes the folder's lock and the file's, so that neither a gateway nor a command writes.
    pub fn hold(folder: &Path) -> Result<Self, OpenError> {
        let kept = folder.join("jadong.db");
        // A move that ended before its last step.
        let path = if kept.exists() { kept } else { moved(folder) };
        if !path.exists() {
            return Err(OpenError::Nothing(folder.to_owned()));
        }
        let lock = lock::take(folder)?;
        let mut connection = Connection::open(&path).map_err(|error| failed(&path, &error))?;
        migrate::prepare(&mut connection, &path, OpenMode::Exclusive)?;
        let begin = "PRAGMA busy_timeout = 5000; PRAGMA cache_size = -64000; BEGIN IMMEDIATE";
        connection.execute_batch(begin).map_err(|error| failed(&path, &error))?;
        Ok(Self {
            connection,
            path,
            _lock: lock,
        })
    }

    pub fn identity(&self) -> Result<Identity, OpenError> {
        let select = "SELECT id, beat, json_object('beat_at_ms', beat_at_ms, 'held_at_ms', held_at_ms, 'gap_from_ms', gap_from_ms,
            'pepper_print', CASE WHEN pepper_print IS NULL THEN NULL ELSE '\\x' || lower(hex(pepper_print)) END) FROM installation";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?));
        let (id, beat, rest) = self
            .connection
            .query_row(select, [], read)
            .map_err(|error| failed(&self.path, &error))?;
        let rest = serde_json::from_str(&rest).map_err(|error| self.broken(&error))?;
        Ok(Identity { id, beat, rest })
    }

    /// The first of all ids that begin with a time, in seconds since the epoch.
    pub fn oldest_seconds(&self) -> Result<Option<i64>, OpenError> {
        let select = "SELECT min(id) FROM (SELECT min(receipt_id) AS id FROM issuance UNION ALL SELECT min(receipt_id) FROM payment
            UNION ALL SELECT min(reserve_id) FROM reserve UNION ALL SELECT min(receipt_id) FROM cash_receipt)";
        let oldest: Option<String> = self
            .connection
            .query_row(select, [], |row| row.get(0))
            .map_err(|error| failed(&self.path, &error))?;
        Ok(oldest.and_then(|id| i64::from_str_radix(id.get(..8)?, 16).ok()))
    }

    pub fn count(&self, table: &Table) -> Result<u64, OpenError> {
        let select = format!("SELECT count(*) FROM {}", table.from);
        let count = self.connection.query_row(&select, [], |row| row.get::<_, i64>(0));
        let count = count.map_err(|error| failed(&self.path, &error))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Rows in the order of the table's key, each an array of the columns' values, bytes as PostgreSQL writes them; the first
    /// page after `skip` rows, or what follows the page before.
    pub fn pages<'a>(&'a self, table: &'a Table, columns: &'a [Column], skip: u64) -> Pages<'a> {
        Pages {
            source: self,
            table,
            columns,
            skip,
            after: None,
        }
    }

    /// Gives the file its new name; what was served from it cannot be served from it any more.
    pub fn rename(self, folder: &Path) -> Result<(), OpenError> {
        let close = "COMMIT; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE";
        self.connection
            .execute_batch(close)
            .map_err(|error| failed(&self.path, &error))?;
        let renamed = moved(folder);
        if self.path != renamed {
            // Also after a power cut: it must not come back under its old name once the database is served from.
            let renamed = std::fs::rename(&self.path, &renamed).and_then(|()| File::open(folder)?.sync_all());
            renamed.map_err(|source| OpenError::Io {
                path: self.path.clone(),
                source,
            })?;
        }
        Ok(())
    }

    fn broken(&self, error: &serde_json::Error) -> OpenError {
        OpenError::Engine {
            path: self.path.clone(),
            reason: error.to_string(),
        }
    }
}

fn failed(path: &Path, error: &rusqlite::Error) -> OpenError {
    OpenError::Engine {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

/// See [`Source::pages`].
pub struct Pages<'a> {
    source: &'a Source,
    table: &'a Table,
    columns: &'a [Column],
    skip: u64,
    after: Option<Vec<Raw>>,
}

impl Pages<'_> {
    fn select(&self) -> String {
        let value = |column: &Column| {
            let name = column.name.as_str();
            match self.table.otherwise.iter().find(|(of, _)| *of == name) {
                Some((_, expression)) => (*expression).to_owned(),
                // As PostgreSQL writes bytes. The hex of NULL would be an empty text.
                None if column.is_bytes => {
                    format!("CASE WHEN row.\"{name}\" IS NULL THEN NULL ELSE '\\x' || lower(hex(row.\"{name}\")) END")
                }
                None => format!("row.\"{name}\""),
            }
        };
        let values: Vec<String> = self.columns.iter().map(value).collect();
        let key: Vec<String> = self.table.key.iter().map(|name| format!("row.\"{name}\"")).collect();
        let key = key.join(", ");
        let after: Vec<String> = (1..=self.table.key.len()).map(|number| format!("?{number}")).collect();
        let (condition, skip) = match self.after {
            Some(_) => (format!("WHERE ({key}) > ({})", after.join(", ")), 0),
            None => (String::new(), self.skip),
        };
        let from = self.table.from;
        format!(
            "SELECT json_array({}), {key} FROM {from} AS row {condition} ORDER BY {key} LIMIT {PAGE} OFFSET {skip}",
            values.join(", ")
        )
    }

    /// The next page; empty at the end.
    pub fn next(&mut self) -> Result<Vec<Vec<Json>>, OpenError> {
        let path = &self.source.path;
        let select = self.select();
        let mut statement = self
            .source
            .connection
            .prepare(&select)
            .map_err(|error| failed(path, &error))?;
        let parameters = params_from_iter(self.after.take().unwrap_or_default());
        let mut rows = statement.query(parameters).map_err(|error| failed(path, &error))?;
        let mut page = Vec::new();
        while let Some(row) = rows.next().map_err(|error| failed(path, &error))? {
            let text: String = row.get(0).map_err(|error| failed(path, &error))?;
            let values = serde_json::from_str(&text).map_err(|error| self.source.broken(&error))?;
            page.push(values);
            let key = (1..=self.table.key.len()).map(|number| row.get(number));
            let key = key.collect::<Result<Vec<Raw>, _>>();
            self.after = Some(key.map_err(|error| failed(path, &error))?);
        }
        Ok(page)
    }
}
