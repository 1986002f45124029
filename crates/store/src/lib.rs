//! The store: what was acknowledged, and where every issuance and payment stands.
//!
//! Each kind of rows has one file: its statements, the writes that a change of the domain comes to, how a row is read, and the
//! store's methods about it. All of that is data to an engine, which commits and reads ([`engine`]). A write answers only after
//! it is durable on disk. No type of an engine leaves this crate.

mod aliases;
mod billing_keys;
mod cancels;
mod cash_receipts;
mod clocks;
mod commit;
mod console;
mod contents;
mod counts;
mod deliveries;
mod destroyed;
mod destruction;
mod dialect;
mod due;
mod engine;
mod error;
mod held;
mod history;
mod idempotency;
mod installation;
mod issuances;
mod lease;
mod lists;
mod mandates;
mod moving;
mod nodes;
mod old_records;
mod orders;
mod payments;
mod pending;
mod place;
mod projects;
mod reserves;
mod resolutions;
mod row;
mod statement;
mod tokens;
mod value;

pub use console::{AuditEntry, ConsoleSession, ConsoleUser};
pub use contents::{EachRow, ReadTable, StoredColumn, StoredRow, StoredValue, read_file, read_server};
pub use counts::HourlyCount;
pub use engine::postgres::{PlacedTable, PostgresOptions};
pub use engine::sqlite::{Inspection, OpenMode, SqliteOptions, inspect, is_new, is_served};
pub use error::{CommitError, CommitRefused, OpenError, PostgresFault, ReadError};
pub use history::HistoryRow;
pub use installation::{DebitsHeld, Installation};
pub use issuances::OpenCursor;
pub use lease::{Busy, LeaseRequest, Leased};
pub use lists::{Page, PageRequest, PaymentFilter, ReserveFilter};
pub use moving::{MoveError, MoveProgress, MovedTable, move_to_postgres};
pub use nodes::{Node, NodeBeat};
pub use orders::OrderOwner;
pub use pending::{PendingKind, PendingOperation};
pub use projects::NewSecret;
pub use resolutions::Unresolved;
pub use tokens::Token;

use engine::Engine;
use engine::postgres::{self, Postgres};
use engine::sqlite::Sqlite;

/// What was acknowledged. Clones share one engine.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
}

impl Store {
    /// Opens (and where needed creates and migrates) the SQLite database in `options.folder`.
    ///
    /// Blocks, where it is asked to check the database for some seconds. Errors: another process has it open, it is damaged,
    /// its schema is not this program's and the mode may not change it, two live payments have one order, the disk.
    pub fn open_sqlite(options: &SqliteOptions) -> Result<Self, OpenError> {
        let engine = Engine::Sqlite(Sqlite::open(options)?);
        Ok(Self { engine })
    }

    /// Opens the PostgreSQL database at `options.url`, which must have been migrated. Needs a runtime, and stays in it.
    ///
    /// Errors: the server cannot be reached or does not admit the user, it is not one to trust with money, the schema is not one
    /// that this program can serve. A server that goes later is waited for: see [`PostgresOptions::doubt_patience`].
    pub async fn open_postgres(options: &PostgresOptions) -> Result<Self, OpenError> {
        let engine = Engine::Postgres(Postgres::open(options, installation::ON_RECORD).await?);
        Ok(Self { engine })
    }

    /// Brings the PostgreSQL database at `options.url` to this program's schema; gives the numbers of the migrations that it
    /// applied. May run beside whoever serves, and beside another of its kind.
    pub async fn migrate_postgres(options: &PostgresOptions) -> Result<Vec<u32>, OpenError> {
        Ok(postgres::migrate(options).await?)
    }

    /// Spreads the migrated database at `options.url` over the machines of its Citus cluster, the projects' rows in so many shards;
    /// where every table is. Nobody may serve meanwhile.
    pub async fn distribute_postgres(options: &PostgresOptions, shards: u32) -> Result<Vec<PlacedTable>, OpenError> {
        Ok(postgres::distribute(options, shards).await?)
    }
}
