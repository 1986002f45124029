//! The connection of a move into the database: it holds the lock of whoever migrates.

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::fault::{PostgresFault, words};
use super::options::{PostgresOptions, Target};
use super::session::{Role, Session};
use super::{migrate, partitions};

type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A connection that statements are run on one by one.
pub struct Mover {
    session: Session,
    target: Target,
}

impl Mover {
    /// Errors: the server's; the schema is not this program's; somebody migrates or moves.
    pub async fn connect(options: &PostgresOptions) -> Result<Self, PostgresFault> {
        let target = Target::of(options)?;
        let session = Session::connect(&target, Role::Migrates).await?;
        migrate::lock(&session, &target).await?;
        migrate::check_schema(&session, &target).await?;
        Ok(Self { session, target })
    }

    /// The database's name.
    pub fn database(&self) -> String {
        self.target.database()
    }

    /// Every row.
    pub async fn rows(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>, PostgresFault> {
        let rows = self.session.client.query(sql, parameters).await;
        rows.map_err(|error| self.failed(&error))
    }

    /// The one row.
    pub async fn row(&self, sql: &str, parameters: Parameters<'_>) -> Result<Row, PostgresFault> {
        let row = self.session.client.query_one(sql, parameters).await;
        row.map_err(|error| self.failed(&error))
    }

    /// How many rows were changed.
    pub async fn execute(&self, sql: &str, parameters: Parameters<'_>) -> Result<u64, PostgresFault> {
        let count = self.session.client.execute(sql, parameters).await;
        count.map_err(|error| self.failed(&error))
    }

    /// Makes the partitions of every month since then, of ten years at most: what is older is in the default ones.
    pub async fn make_partitions_since(&self, seconds: i64) -> Result<(), PostgresFault> {
        let made = partitions::make_since(&self.session, seconds).await;
        made.map(drop).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &tokio_postgres::Error) -> PostgresFault {
        PostgresFault::Engine {
            place: self.target.place(),
            reason: words(error),
        }
    }
}
