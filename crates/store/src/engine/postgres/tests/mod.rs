//! The engine against a real server, with a table of the tests' own: what is committed, refused, in doubt and run again.

mod distribute;
mod doubt;
mod failover;
mod faults;
mod groups;
mod proxy;
mod schema;
mod statements;

use std::time::Duration;

use pgcluster::{Database, Shared};

use super::{PostgresOptions, migrate};
use crate::Store;
use crate::error::{CommitError, CommitRefused, ReadError};
use crate::place::Place;
use crate::row::only;
use crate::statement::{Write, statements};
use crate::value::values;

statements! {
    ADD = "INSERT INTO thing (name, count) VALUES (?1, 0) ON CONFLICT (name) DO NOTHING";
    BUMP = "UPDATE thing SET count = count + 1 WHERE name = ?1";
    BREAK = "UPDATE thing SET count = -1 WHERE name = ?1";
    COUNT = "SELECT count FROM thing WHERE name = ?1";
    TAKE = "UPDATE thing SET count = count + 1 WHERE name = ?1 RETURNING count";
    DURABLE = "SELECT current_setting('synchronous_commit')";
}

/// Every statement here is one that a test sends.
const _: usize = ALL.len();

pub const TABLE: &str =
    "CREATE TABLE thing (name text COLLATE \"C\" PRIMARY KEY, count bigint NOT NULL CHECK (count >= 0))";

/// Runs what is asynchronous to its end, wherever this is called.
pub fn block<T: Send>(future: impl Future<Output = T> + Send) -> T {
    let run = || tokio::runtime::Runtime::new().unwrap().block_on(future);
    std::thread::scope(|scope| scope.spawn(run).join().unwrap())
}

/// Options for a server that tests run, which syncs nothing and has no standby.
pub fn options(url: impl Into<String>) -> PostgresOptions {
    PostgresOptions {
        allow_asynchronous_replication: true,
        allow_unsynced: true,
        doubt_patience: Duration::from_secs(2),
        readers: 1,
        ..PostgresOptions::at(url)
    }
}

/// A migrated database with the tests' table.
pub fn database() -> Database {
    Shared::server().database_like("engine", |url| {
        block(migrate(&options(url))).unwrap();
        let name = url.rsplit('/').next().unwrap();
        Shared::server().sql(name, TABLE).unwrap();
    })
}

pub async fn open(options: &PostgresOptions) -> Store {
    Store::open_postgres(options).await.unwrap()
}

pub fn add(name: &str) -> Write {
    Write::one(&ADD, values![name], CommitRefused::NameTaken)
}

pub fn bump(name: &str) -> Write {
    Write::one(&BUMP, values![name], CommitRefused::LostRace)
}

pub async fn write(store: &Store, writes: Vec<Write>) -> Result<Vec<usize>, CommitError> {
    store.write(Place::Shared, writes).await
}

pub async fn count(store: &Store, name: &str) -> Result<Option<i64>, ReadError> {
    store.first(Place::Shared, &COUNT, values![name], only).await
}

pub async fn take(store: &Store, name: &str) -> Result<Vec<i64>, CommitError> {
    store.changed(Place::Shared, &TAKE, values![name], only).await
}
