//! Where a fresh store comes from.

use jadong_store::{SqliteOptions, Store};
use tempfile::TempDir;

/// One database of an engine, which can be opened again after it was closed.
pub trait Engine {
    /// An empty database.
    fn fresh() -> Self;

    /// Opens it with a queue of `write_queue_max` writes.
    fn open_with_queue(&self, write_queue_max: usize) -> Store;

    fn open(&self) -> Store {
        self.open_with_queue(8192)
    }
}

pub struct Sqlite {
    folder: TempDir,
}

impl Sqlite {
    pub fn options(&self) -> SqliteOptions {
        SqliteOptions::in_folder(self.folder.path())
    }

    pub fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("jadong.db")
    }
}

impl Engine for Sqlite {
    fn fresh() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    fn open_with_queue(&self, write_queue_max: usize) -> Store {
        let options = SqliteOptions {
            write_queue_max,
            group_max: write_queue_max.min(256),
            ..self.options()
        };
        Store::open_sqlite(&options).expect("it opens")
    }
}
