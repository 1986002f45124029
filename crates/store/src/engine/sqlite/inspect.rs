//! Looking at a database without touching it: for whoever asks what is wrong with an installation.

use std::fs::{OpenOptions, TryLockError};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::migrate;
use crate::error::OpenError;

/// What is found wrong is told up to so many times.
const FAULTS_MAX: u32 = 5;

/// A database as it lies on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Number of its last migration.
    pub schema: u32,
    /// Number of the last migration that this program knows.
    pub known: u32,
    /// A migration that is not what this program applied; it would refuse to serve.
    pub changed: Option<u32>,
    /// What SQLite's check finds; empty when it is whole.
    pub faults: Vec<String>,
    /// Of the database and its write-ahead log.
    pub bytes: (u64, u64),
}

/// Opens the database in `folder` for reading only, and checks it. `None` when there is none yet. Blocks, for seconds when
/// the database is large.
///
/// Errors: it cannot be opened or read.
pub fn inspect(folder: &Path) -> Result<Option<Inspection>, OpenError> {
    let path = folder.join("jadong.db");
    let Ok(found) = std::fs::metadata(&path) else {
        return Ok(None);
    };
    let engine = |error: rusqlite::Error| OpenError::Engine {
        path: path.clone(),
        reason: error.to_string(),
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&path, flags).map_err(engine)?;
    connection
        .execute_batch("PRAGMA busy_timeout = 5000;")
        .map_err(engine)?;
    let schema = migrate::number(&connection).map_err(engine)?;
    let wal = std::fs::metadata(folder.join("jadong.db-wal"));
    Ok(Some(Inspection {
        schema,
        known: migrate::known(),
        changed: migrate::changed(&connection).map_err(engine)?,
        faults: faults(&connection).map_err(engine)?,
        bytes: (found.len(), wal.map_or(0, |wal| wal.len())),
    }))
}

/// Whether there is no database in `folder`: no file, or one without a single table.
///
/// Errors: there is a file that cannot be read as a database.
pub fn is_new(folder: &Path) -> Result<bool, OpenError> {
    let path = folder.join("jadong.db");
    // Not opened when it is empty: SQLite would throw away the write-ahead log beside it.
    if std::fs::metadata(&path).map_or(true, |file| file.len() == 0) {
        return Ok(true);
    }
    let engine = |error: rusqlite::Error| OpenError::Engine {
        path: path.clone(),
        reason: error.to_string(),
    };
    // Not read-only: what a crash left in the write-ahead log counts.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&path, flags).map_err(engine)?;
    connection
        .execute_batch("PRAGMA busy_timeout = 5000;")
        .map_err(engine)?;
    Ok(migrate::number(&connection).map_err(engine)? == 0)
}

pub(super) fn faults(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut check = connection.prepare(&format!("PRAGMA quick_check({FAULTS_MAX})"))?;
    let told = check.query_map([], |row| row.get::<_, String>(0))?;
    let told: Vec<String> = told.collect::<Result<_, _>>()?;
    Ok(told.into_iter().filter(|fault| fault != "ok").collect())
}

/// Whether a process serves from `folder` now. Errors: the lock cannot be looked at.
pub fn is_served(folder: &Path) -> std::io::Result<bool> {
    let path = folder.join("jadong.lock");
    let file = match OpenOptions::new().write(true).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    match file.try_lock() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
