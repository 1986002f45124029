//! Opening the database: lock, pragmas, migrations, threads.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::readers::Readers;
use super::writer::Writer;
use super::{lock, migrate, whole};
use crate::error::OpenError;

/// How a process uses the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// Serves from it: only one process may.
    Exclusive,
    /// A short command beside whoever serves from it: takes the schema as it is, or nothing.
    Shared,
    /// The same, which makes the database where there is none yet.
    SharedOrNew,
}

/// Where the database is, and its limits.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    pub folder: PathBuf,
    pub mode: OpenMode,
    /// Writes that may wait; one more is refused.
    pub write_queue_max: usize,
    /// Writes that share one sync.
    pub group_max: usize,
    pub reader_threads: usize,
    /// How long an owner looks for damage before it takes the database; zero: not at all.
    pub check_within: Duration,
}

impl SqliteOptions {
    /// The defaults, in `folder`.
    #[must_use]
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            mode: OpenMode::Exclusive,
            write_queue_max: 8192,
            group_max: 256,
            reader_threads: 2,
            check_within: Duration::ZERO,
        }
    }
}

/// The engine. Clones share it.
#[derive(Clone)]
pub struct Sqlite {
    pub writer: Arc<Writer>,
    pub(super) readers: Arc<Readers>,
}

impl Sqlite {
    pub fn open(options: &SqliteOptions) -> Result<Self, OpenError> {
        let folder = &options.folder;
        if options.mode == OpenMode::Shared && !folder.join("jadong.db").exists() {
            return Err(OpenError::Nothing(folder.clone()));
        }
        std::fs::create_dir_all(folder).map_err(|source| OpenError::Io {
            path: folder.clone(),
            source,
        })?;
        let lock = match options.mode {
            OpenMode::Exclusive => Some(lock::take(folder)?),
            OpenMode::Shared | OpenMode::SharedOrNew => None,
        };
        let path = folder.join("jadong.db");
        let engine = |error: rusqlite::Error| OpenError::Engine {
            path: path.clone(),
            reason: error.to_string(),
        };
        let mut connection = Connection::open(&path).map_err(engine)?;
        if options.mode == OpenMode::Exclusive {
            whole::check(&connection, &path, options.check_within)?;
        }
        migrate::prepare(&mut connection, &path, options.mode)?;
        set_up(&connection).map_err(engine)?;
        let readers = (0..options.reader_threads.max(1))
            .map(|_| open_reader(&path))
            .collect::<Result<Vec<_>, _>>()
            .map_err(engine)?;
        let io = |source| OpenError::Io {
            path: path.clone(),
            source,
        };
        Ok(Self {
            readers: Arc::new(Readers::start(readers).map_err(io)?),
            writer: Arc::new(Writer::start(connection, lock, options).map_err(io)?),
        })
    }
}

/// Durable on every commit; one checkpointing connection, the writer's own.
fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "PRAGMA busy_timeout = 5000;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA wal_autocheckpoint = 4000;
         PRAGMA cache_size = -16000;
         PRAGMA temp_store = MEMORY;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch("PRAGMA busy_timeout = 5000; PRAGMA cache_size = -4000;")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}
