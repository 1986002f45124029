//! What a database must do for the store: commit writes, change rows and give them back, read. Nothing that is decided is here.

pub mod postgres;
pub mod sqlite;

use postgres::Postgres;
use sqlite::Sqlite;

use crate::Store;
use crate::error::{CommitError, ReadError};
use crate::place::Place;
use crate::row::{Columns, Read};
use crate::statement::{Statement, Write};
use crate::value::Value;

/// A database. Clones share it.
#[derive(Clone)]
pub enum Engine {
    /// An embedded database file; one writer thread, group commit.
    Sqlite(Sqlite),
    /// A server or a cluster of them; lanes, group commit.
    Postgres(Postgres),
}

/// FNV-1a over a migration's text: it guards against a careless edit, not against an attacker.
fn checksum(sql: &str) -> i64 {
    let hash = sql.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash.cast_signed()
}

/// Why the caller cannot reach the database: a test has cut its thread off. Of several gateways in one process it is one's.
fn cut_off() -> Option<String> {
    fn thread() -> Option<String> {
        fail::fail_point!("store_cut_off", |thread| thread);
        None
    }
    let is_cut = thread().is_some_and(|thread| std::thread::current().name() == Some(&thread));
    is_cut.then(|| "cut off by a test".to_owned())
}

impl Store {
    /// Makes every write or none, and answers when they are durable: with how many rows each has changed or found.
    pub(crate) async fn write(&self, place: Place, writes: Vec<Write>) -> Result<Vec<usize>, CommitError> {
        if let Some(why) = cut_off() {
            return Err(CommitError::NotDone(why));
        }
        match (&self.engine, place) {
            // One file holds them all.
            (Engine::Sqlite(sqlite), _) => sqlite.write(writes).await,
            (Engine::Postgres(postgres), place) => postgres.write(place, writes).await,
        }
    }

    /// Makes one write; whether it has changed a row.
    pub(crate) async fn write_one(
        &self,
        place: Place,
        statement: &'static Statement,
        values: Vec<Value>,
    ) -> Result<bool, CommitError> {
        let counts = self.write(place, vec![Write::any(statement, values)]).await?;
        Ok(counts.iter().any(|count| *count > 0))
    }

    /// The rows that a statement with `RETURNING` has changed, once they are durable.
    pub(crate) async fn changed<T: Send + 'static>(
        &self,
        place: Place,
        statement: &'static Statement,
        values: Vec<Value>,
        read: fn(&mut Columns<'_>) -> Read<T>,
    ) -> Result<Vec<T>, CommitError> {
        if let Some(why) = cut_off() {
            return Err(CommitError::NotDone(why));
        }
        match (&self.engine, place) {
            (Engine::Sqlite(sqlite), _) => sqlite.changed(statement, values, read).await,
            (Engine::Postgres(postgres), place) => postgres.changed(place, statement, values, read).await,
        }
    }

    /// Every row of `statement`.
    pub(crate) async fn rows<T: Send + 'static>(
        &self,
        place: Place,
        statement: &'static Statement,
        values: Vec<Value>,
        read: impl Fn(&mut Columns<'_>) -> Read<T> + Send + 'static,
    ) -> Result<Vec<T>, ReadError> {
        if let Some(why) = cut_off() {
            return Err(ReadError::Failed(why));
        }
        match (&self.engine, place) {
            (Engine::Sqlite(sqlite), _) => sqlite.rows(statement, values, read).await,
            (Engine::Postgres(postgres), place) => postgres.rows(place, statement, values, read).await,
        }
    }

    /// The first row of `statement`, if there is one.
    pub(crate) async fn first<T: Send + 'static>(
        &self,
        place: Place,
        statement: &'static Statement,
        values: Vec<Value>,
        read: impl Fn(&mut Columns<'_>) -> Read<T> + Send + 'static,
    ) -> Result<Option<T>, ReadError> {
        let rows = self.rows(place, statement, values, read).await?;
        Ok(rows.into_iter().next())
    }

    /// Whether several processes may serve from this database at once, on several machines.
    pub fn has_many_servers(&self) -> bool {
        match &self.engine {
            Engine::Sqlite(_) => false,
            Engine::Postgres(_) => true,
        }
    }

    /// The timeline of the PostgreSQL server, one more with each promotion; `None` for a file.
    pub fn timeline(&self) -> Option<u32> {
        match &self.engine {
            Engine::Sqlite(_) => None,
            Engine::Postgres(postgres) => Some(postgres.timeline()),
        }
    }

    /// What this process knows to be committed, where the database may be another one than it was.
    fn memory(&self) -> Option<&postgres::Memory> {
        match &self.engine {
            Engine::Sqlite(_) => None,
            Engine::Postgres(postgres) => Some(postgres.memory()),
        }
    }

    /// Whether the database has lost what it had confirmed to this process, from the moment that it is found out until
    /// [`heard_of_loss`](Self::heard_of_loss). From before anything else is written there: what is decided on an older state is not sent.
    pub fn has_lost(&self) -> bool {
        self.memory().is_some_and(postgres::Memory::is_lost)
    }

    /// Whether what the database says of held debits from now on is to be gone by.
    pub(crate) fn is_loss_said(&self) -> bool {
        self.memory().is_none_or(postgres::Memory::is_said)
    }

    /// The answer of [`are_debits_held`](Self::are_debits_held) is gone by from now on.
    pub fn heard_of_loss(&self) {
        if let Some(memory) = self.memory() {
            memory.heard();
        }
    }

    /// How many groups of writes this process has made durable.
    pub fn commits(&self) -> u64 {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.writer.commits(),
            Engine::Postgres(postgres) => postgres.commits(),
        }
    }

    /// Resolves when one of the store's threads has ended, which none does before [`close`](Self::close): the store is of no
    /// more use then.
    pub async fn ended(&self) {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.ended().await,
            Engine::Postgres(postgres) => postgres.ended().await,
        }
    }

    /// Finishes what was accepted and closes the database. Later calls fail.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(postgres) => postgres.close().await,
        }
    }
}
