//! Spreading a migrated database over the machines of a Citus cluster: the projects' rows by their bucket, all tables of them
//! together, and a copy on every machine of what the projects share.

use tokio_postgres::Error;

use super::fault::{PostgresFault, words};
use super::migrate;
use super::options::{PostgresOptions, Target};
use super::session::{Role, Session};

/// A table, where its rows are, and whether they were put there now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedTable {
    pub table: String,
    /// By bucket; else there is a copy of it on every machine.
    pub is_spread: bool,
    pub is_new: bool,
}

/// What another table refers to comes before that, and what every machine has before what is spread.
const TABLES: &str = "SELECT c.relname::text, b.attname IS NOT NULL FROM pg_class AS c
    LEFT JOIN pg_attribute AS b ON b.attrelid = c.oid AND b.attname = 'bucket' AND NOT b.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND c.relname NOT LIKE 'pg\\_dist\\_%'
    ORDER BY b.attname IS NOT NULL,
        EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = c.oid AND contype = 'f'), c.relname";
const PLACED: &str = "SELECT logicalrelid::regclass::text FROM pg_dist_partition";

async fn has_citus(session: &Session) -> Result<bool, Error> {
    let asked = "SELECT to_regclass('pg_dist_partition') IS NOT NULL";
    session.client.query_one(asked, &[]).await?.try_get(0)
}

async fn placed(session: &Session) -> Result<Vec<String>, Error> {
    if !has_citus(session).await? {
        return Ok(Vec::new());
    }
    let rows = session.client.query(PLACED, &[]).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// Whether the projects' rows are spread over machines.
pub async fn is_spread(session: &Session) -> Result<bool, Error> {
    Ok(placed(session).await?.iter().any(|table| table == "due"))
}

/// Places every table that is not placed yet: what was interrupted goes on where it was. The rows that are there already are moved.
///
/// Errors: the server's; it has no Citus; not migrated; somebody migrates, or serves.
pub async fn distribute(options: &PostgresOptions, shards: u32) -> Result<Vec<PlacedTable>, PostgresFault> {
    let target = Target::of(options)?;
    let session = Session::connect(&target, Role::Migrates).await?;
    migrate::lock(&session, &target).await?;
    migrate::check(&session, &target).await?;
    let failed = |error: Error| PostgresFault::Engine {
        place: target.place(),
        reason: words(&error),
    };
    let database = target.database();
    if !has_citus(&session).await.map_err(failed)? {
        return Err(PostgresFault::NoCitus { database });
    }
    let alive = "SELECT count(*) FROM node WHERE alive_until_ms > extract(epoch FROM clock_timestamp()) * 1000";
    let alive: i64 = session.client.query_one(alive, &[]).await.map_err(failed)?.get(0);
    if alive > 0 {
        return Err(PostgresFault::Served { database });
    }
    let before = placed(&session).await.map_err(failed)?;
    let mut tables: Vec<PlacedTable> = Vec::new();
    for row in session.client.query(TABLES, &[]).await.map_err(failed)? {
        let (table, is_spread): (String, bool) = (row.get(0), row.get(1));
        let is_new = !before.contains(&table);
        if is_new {
            let first = tables.iter().find(|placed| placed.is_spread);
            let place = match (is_spread, first) {
                (false, _) => format!("SELECT create_reference_table('{table}')"),
                (true, None) => {
                    format!(
                        "SELECT create_distributed_table('{table}', 'bucket', shard_count := {shards}, colocate_with := 'none')"
                    )
                }
                (true, Some(first)) => {
                    format!(
                        "SELECT create_distributed_table('{table}', 'bucket', colocate_with := '{}')",
                        first.table
                    )
                }
            };
            session.client.batch_execute(&place).await.map_err(failed)?;
        }
        tables.push(PlacedTable {
            table,
            is_spread,
            is_new,
        });
    }
    Ok(tables)
}
