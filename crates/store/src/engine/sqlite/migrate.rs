//! Migrations: numbered files that are part of the binary, each applied once, and never changed afterwards.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::open::OpenMode;
use crate::engine::checksum;
use crate::error::OpenError;

const MIGRATIONS: &[(u32, &str)] = &[
    (1, include_str!("../../../migrations/sqlite/0001_issuance.sql")),
    (2, include_str!("../../../migrations/sqlite/0002_payment.sql")),
    (3, include_str!("../../../migrations/sqlite/0003_cash_receipt.sql")),
    (4, include_str!("../../../migrations/sqlite/0004_needs_person.sql")),
    (5, include_str!("../../../migrations/sqlite/0005_sandbox_clock.sql")),
    (6, include_str!("../../../migrations/sqlite/0006_counts.sql")),
    (7, include_str!("../../../migrations/sqlite/0007_cash_receipt_due.sql")),
    (8, include_str!("../../../migrations/sqlite/0008_console.sql")),
    (9, include_str!("../../../migrations/sqlite/0009_open_debits.sql")),
    (11, include_str!("../../../migrations/sqlite/0011_ids_as_sent.sql")),
    (
        12,
        include_str!("../../../migrations/sqlite/0012_cash_receipt_number.sql"),
    ),
    (13, include_str!("../../../migrations/sqlite/0013_installation.sql")),
    (14, include_str!("../../../migrations/sqlite/0014_shares.sql")),
    (15, include_str!("../../../migrations/sqlite/0015_step_reason.sql")),
    (16, include_str!("../../../migrations/sqlite/0016_due.sql")),
    (17, include_str!("../../../migrations/sqlite/0017_node.sql")),
    (18, include_str!("../../../migrations/sqlite/0018_consents_due.sql")),
    (19, include_str!("../../../migrations/sqlite/0019_project_pg.sql")),
    (20, include_str!("../../../migrations/sqlite/0020_consent_url.sql")),
    (21, include_str!("../../../migrations/sqlite/0021_mandate.sql")),
    (
        22,
        include_str!("../../../migrations/sqlite/0022_cancel_sent_again.sql"),
    ),
    (23, include_str!("../../../migrations/sqlite/0023_pg_answers.sql")),
    (24, include_str!("../../../migrations/sqlite/0024_keys_of_the_pg.sql")),
    (25, include_str!("../../../migrations/sqlite/0025_destruction.sql")),
];

/// The migration that gives ids one spelling, which SQL alone cannot.
const IDS_AS_SENT: u32 = 11;

const CREATE_LIST: &str = "CREATE TABLE IF NOT EXISTS migration (
    number INTEGER NOT NULL PRIMARY KEY, checksum INTEGER NOT NULL) STRICT";

/// Number of the newest migration.
pub fn known() -> u32 {
    MIGRATIONS.iter().map(|(number, _)| *number).max().unwrap_or(0)
}

/// Two live payments of one order, which the newest schema does not allow; the first few of them.
const TWO_LIVE: &str = "SELECT project_id || ' ' || order_id FROM payment WHERE state NOT IN ('declined', 'voided')
    GROUP BY project_id, order_id HAVING count(*) > 1 LIMIT 5";
/// The migration that forbids them, and the one that made the table.
const ONE_LIVE_SINCE: u32 = 13;
const PAYMENTS_SINCE: u32 = 2;

/// Makes the schema this program's, or sees that it is: only whoever serves changes one that is there already.
pub fn prepare(connection: &mut Connection, path: &Path, mode: OpenMode) -> Result<(), OpenError> {
    let engine = |error: rusqlite::Error| OpenError::Engine {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    // Before anything: also that the database is one is found out by reading.
    connection
        .execute_batch("PRAGMA busy_timeout = 5000;")
        .map_err(engine)?;
    let found = number(connection).map_err(engine)?;
    match (mode, found) {
        (OpenMode::Exclusive, _) | (OpenMode::SharedOrNew, 0) => {
            // Not inside a transaction.
            connection
                .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
                .map_err(engine)?;
            migrate(connection, path)
        }
        (OpenMode::Shared, 0) => Err(OpenError::Nothing(path.with_file_name(""))),
        (_, found) if found < known() => Err(OpenError::Older {
            path: path.to_owned(),
            found,
            known: known(),
        }),
        (_, found) if found > known() => Err(OpenError::Newer {
            path: path.to_owned(),
            found,
            known: known(),
        }),
        _ => Ok(()),
    }
}

/// Number of the database's last migration; 0 when it has none.
pub fn number(connection: &Connection) -> rusqlite::Result<u32> {
    let has_list = "SELECT count(*) FROM sqlite_schema WHERE name = 'migration'";
    if connection.query_row(has_list, [], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(0);
    }
    connection.query_row("SELECT coalesce(max(number), 0) FROM migration", [], |row| row.get(0))
}

/// The first migration that was another text when it was applied.
pub fn changed(connection: &Connection) -> rusqlite::Result<Option<u32>> {
    if number(connection)? == 0 {
        return Ok(None);
    }
    for (number, sql) in MIGRATIONS {
        let applied = applied(connection, *number)?;
        if applied.is_some_and(|sum| sum != checksum(sql)) {
            return Ok(Some(*number));
        }
    }
    Ok(None)
}

/// The checksum under which a migration was applied; `None` when it was not.
fn applied(connection: &Connection, number: u32) -> rusqlite::Result<Option<i64>> {
    let sum = "SELECT checksum FROM migration WHERE number = ?1";
    connection.query_row(sum, [number], |row| row.get(0)).optional()
}

fn two_live(connection: &Connection) -> rusqlite::Result<String> {
    let mut statement = connection.prepare(TWO_LIVE)?;
    let orders = statement.query_map([], |row| row.get::<_, String>(0))?;
    Ok(orders.collect::<Result<Vec<_>, _>>()?.join(", "))
}

/// Brings the database to the newest schema, in one transaction that other processes wait for.
pub fn migrate(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let engine = |error: rusqlite::Error| OpenError::Engine {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Exclusive)
        .map_err(engine)?;
    transaction.execute_batch(CREATE_LIST).map_err(engine)?;
    let found: u32 = transaction
        .query_row("SELECT coalesce(max(number), 0) FROM migration", [], |row| row.get(0))
        .map_err(engine)?;
    let known = known();
    if found > known {
        return Err(OpenError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    let is_guarded = applied(&transaction, ONE_LIVE_SINCE).map_err(engine)?.is_some();
    if found >= PAYMENTS_SINCE && !is_guarded {
        let orders = two_live(&transaction).map_err(engine)?;
        if !orders.is_empty() {
            let path = path.to_owned();
            return Err(OpenError::TwoLive { path, orders });
        }
    }
    for (number, sql) in MIGRATIONS {
        match applied(&transaction, *number).map_err(engine)? {
            Some(sum) if sum != checksum(sql) => return Err(OpenError::Changed(*number)),
            Some(_) => {}
            None => {
                transaction.execute_batch(sql).map_err(engine)?;
                if *number == IDS_AS_SENT {
                    one_spelling(&transaction).map_err(engine)?;
                }
                transaction
                    .execute(
                        "INSERT INTO migration (number, checksum) VALUES (?1, ?2)",
                        params![number, checksum(sql)],
                    )
                    .map_err(engine)?;
            }
        }
    }
    transaction.commit().map_err(engine)
}

/// The ids that were stored before this migration as they were sent, in the spelling that they are compared in from now on. One
/// that another row already has stays as it is.
fn one_spelling(connection: &Connection) -> rusqlite::Result<()> {
    let columns = [
        ("payment", "order_id", true),
        ("reserve", "order_id", true),
        ("cash_receipt", "order_id", true),
        ("issuance", "subscription_id", true),
        ("order_claim", "order_id", false),
    ];
    for (table, column, is_answered) in columns {
        let select = format!("SELECT DISTINCT {column} FROM {table} WHERE {column} GLOB '*[^ -~]*'");
        let found: Vec<String> = connection
            .prepare(&select)?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let kept = if is_answered {
            format!(", {column}_as_sent = {column}")
        } else {
            String::new()
        };
        let update = format!("UPDATE OR IGNORE {table} SET {column} = ?2{kept} WHERE {column} = ?1");
        for sent in found.iter().filter(|sent| domain::text::nfc(sent) != sent.as_str()) {
            connection.execute(&update, [sent.as_str(), domain::text::nfc(sent).as_ref()])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
