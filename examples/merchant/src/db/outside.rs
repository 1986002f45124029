//! The file as it looks from outside.

use std::path::Path;

use anyhow::Context;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use crate::seal::MasterKey;

/// One row as it lies in the file: (column, value) in the table's order, `NULL` for nothing.
pub type StoredRow = Vec<(String, String)>;

/// Reads `customer_billing` as an operator with the `sqlite3` tool would. Oldest first.
///
/// # Errors
/// When the file is not there or not a service DB.
pub fn stored_rows(db_path: &Path) -> anyhow::Result<Vec<StoredRow>> {
    let db = read_only(db_path)?;
    let mut select = db.prepare("SELECT * FROM customer_billing ORDER BY rowid")?;
    let columns: Vec<String> = select.column_names().map(str::to_owned).collect();
    let rows = select.query_map([], |row| {
        let cell = |(at, name): (usize, &String)| {
            Ok((
                name.clone(),
                row.get::<_, Option<String>>(at)?.unwrap_or_else(|| "NULL".to_owned()),
            ))
        };
        columns.iter().enumerate().map(cell).collect()
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The billing key of an issuance, unsealed; `None` when there is none.
///
/// # Errors
/// When the file is not a service DB, or the master key is another one.
pub fn stored_key(db_path: &Path, master_key: &MasterKey, receipt_id: &str) -> anyhow::Result<Option<String>> {
    let select = "SELECT billing_key_sealed FROM customer_billing WHERE receipt_id = ?1";
    let db = read_only(db_path)?;
    let sealed: Option<Option<String>> = db.query_row(select, [receipt_id], |row| row.get(0)).optional()?;
    sealed
        .flatten()
        .map(|sealed| master_key.open(receipt_id, &sealed))
        .transpose()
}

fn read_only(db_path: &Path) -> anyhow::Result<Connection> {
    Connection::open_with_flags(db_path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .with_context(|| format!("opening {}", db_path.display()))
}
