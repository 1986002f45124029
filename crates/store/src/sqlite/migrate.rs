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
    (14, include_str!("../../migrations/sqlite/0014_shares.sql")),
];

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

/// FNV-1a over the text: it guards against a careless edit, not against an attacker.
fn checksum(sql: &str) -> i64 {
    let hash = sql.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash.cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhooks_that_were_pending_before_lanes_are_claimed_after() {
        let mut older = Connection::open_in_memory().unwrap();
        older.execute_batch(CREATE_LIST).unwrap();
        for (number, sql) in MIGRATIONS.iter().filter(|(number, _)| *number < 14) {
            older.execute_batch(sql).unwrap();
            let row = params![number, checksum(sql)];
            older.execute("INSERT INTO migration VALUES (?1, ?2)", row).unwrap();
        }
        let told = "INSERT INTO delivery (receipt_id, sequence, id, project_id, url, content_type, webhook_type, payload,
            state, next_at_ms, created_at_ms) VALUES (?1, 1, ?1, 'p', 'http://shop.example/hook?order=1', '', '', '{}', ?2, 0, 0)";
        for row in [("a", "pending"), ("b", "delivered")] {
            older.execute(told, row).unwrap();
        }
        migrate(&mut older, Path::new("memory")).unwrap();
        let origins: Vec<String> = older
            .prepare("SELECT origin FROM delivery ORDER BY id")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(origins, ["http://shop.example/hook?order=1", ""]);
        let due = crate::sqlite::due::SELECT_DUE_DELIVERY.everyone;
        let is_due: i64 = older.query_row(due, params![0, "[]", "[]"], |row| row.get(0)).unwrap();
        assert_eq!(is_due, 1);
    }
}
