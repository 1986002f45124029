//! The database of one test. Which engine it has is said by the name of the test's binary: `on_postgres`, or any other for SQLite.

use std::path::Path;

use pgcluster::Shared;
use store::{OpenError, PostgresOptions, SqliteOptions, Store};
use tempfile::TempDir;

/// It goes with this.
pub struct Database {
    postgres: Option<pgcluster::Database>,
    folder: TempDir,
}

fn is_on_postgres() -> bool {
    let program = std::env::current_exe().expect("a program");
    program
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with("on_postgres"))
}

/// Nothing is synced there, and there is no standby.
fn options(url: &str) -> PostgresOptions {
    PostgresOptions {
        allow_asynchronous_replication: true,
        allow_unsynced: true,
        readers: 2,
        ..PostgresOptions::at(url)
    }
}

/// A migrated, empty database of PostgreSQL, where this binary is the one for it.
pub fn postgres() -> Option<pgcluster::Database> {
    // On a thread of its own: this is called where there is a runtime, too.
    let migrate = |url: &str| {
        let run = || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime
                .block_on(Store::migrate_postgres(&options(url)))
                .expect("migrated");
        };
        std::thread::scope(|scope| scope.spawn(run).join()).expect("no panic");
    };
    is_on_postgres().then(|| Shared::server().database_like("jadong", migrate))
}

impl Database {
    /// An empty one, migrated.
    pub fn fresh() -> Self {
        Self {
            postgres: postgres(),
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// Opens it; on PostgreSQL as another engine beside those that have it open.
    pub async fn open(&self) -> Store {
        match &self.postgres {
            Some(database) => Store::open_postgres(&options(&database.url())).await.expect("it opens"),
            None => Store::open_sqlite(&SqliteOptions::in_folder(self.path())).expect("it opens"),
        }
    }

    /// What a gateway works with beside a test that has `store`: on PostgreSQL connections of its own, on the threads that it
    /// opens them on.
    pub fn open_beside(&self, store: Store) -> impl Future<Output = Store> + Send + use<> {
        let options = self.postgres.as_ref().map(|database| options(&database.url()));
        async move {
            match options {
                Some(options) => Store::open_postgres(&options).await.expect("it opens"),
                None => store,
            }
        }
    }

    /// Waits until those who died with the database open no longer have it.
    pub async fn wait_for_the_dead(&self) {
        if self.postgres.is_some() {
            return;
        }
        let options = SqliteOptions::in_folder(self.path());
        loop {
            match Store::open_sqlite(&options) {
                Ok(store) => return store.close().await,
                Err(OpenError::Locked(_)) => tokio::time::sleep(std::time::Duration::from_millis(2)).await,
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Of SQLite's files.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}
