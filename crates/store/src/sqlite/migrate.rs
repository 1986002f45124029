//! Migrations: numbered files that are part of the binary, each applied once, and never changed afterwards.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::error::OpenError;

const MIGRATIONS: &[(u32, &str)] = &[
    (1, include_str!("../../migrations/sqlite/0001_issuance.sql")),
    (2, include_str!("../../migrations/sqlite/0002_payment.sql")),
    (3, include_str!("../../migrations/sqlite/0003_cash_receipt.sql")),
    (4, include_str!("../../migrations/sqlite/0004_needs_person.sql")),
    (5, include_str!("../../migrations/sqlite/0005_sandbox_clock.sql")),
    (6, include_str!("../../migrations/sqlite/0006_counts.sql")),
    (7, include_str!("../../migrations/sqlite/0007_cash_receipt_due.sql")),
    (8, include_str!("../../migrations/sqlite/0008_console.sql")),
    (9, include_str!("../../migrations/sqlite/0009_open_debits.sql")),
    (11, include_str!("../../migrations/sqlite/0011_ids_as_sent.sql")),
    (12, include_str!("../../migrations/sqlite/0012_cash_receipt_number.sql")),
];

/// The migration that gives ids one spelling, which SQL alone cannot.
const IDS_AS_SENT: u32 = 11;

const CREATE_LIST: &str = "CREATE TABLE IF NOT EXISTS migration (
    number INTEGER NOT NULL PRIMARY KEY, checksum INTEGER NOT NULL) STRICT";

/// Number of the newest migration.
pub fn known() -> u32 {
    MIGRATIONS.iter().map(|(number, _)| *number).max().unwrap_or(0)
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
    for (number, sql) in MIGRATIONS {
        let applied: Option<i64> = transaction
            .query_row("SELECT checksum FROM migration WHERE number = ?1", [number], |row| {
                row.get(0)
            })
            .optional()
            .map_err(engine)?;
        match applied {
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

/// FNV-1a over the text: it guards against a careless edit, not against an attacker.
fn checksum(sql: &str) -> i64 {
    let hash = sql.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash.cast_signed()
}
