//! The merchant's service DB: which customer pays with which billing key, and what may be shown of the account.
//!
//! There is no column for an account number, an identity number or a phone: what is not kept cannot leak.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use serde::Serialize;

use crate::confirm::IssuedKey;
use crate::error::ApiError;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS customer_billing (
    customer_id         TEXT NOT NULL,
    receipt_id          TEXT NOT NULL PRIMARY KEY,
    billing_key         TEXT UNIQUE,
    bank_name           TEXT,
    bank_account_masked TEXT,
    holder_masked       TEXT,
    status              TEXT NOT NULL CHECK (status IN ('requested', 'active', 'destroyed')),
    created_at          TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS customer_billing_by_customer ON customer_billing (customer_id);
";

const COLUMNS: &str =
    "customer_id, receipt_id, billing_key, bank_name, bank_account_masked, holder_masked, status, created_at";

/// A row of `customer_billing`. `created_at` is ISO 8601, UTC.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Billing {
    pub customer_id: String,
    pub receipt_id: String,
    pub billing_key: Option<String>,
    pub bank_name: Option<String>,
    pub bank_account_masked: Option<String>,
    pub holder_masked: Option<String>,
    pub status: String,
    pub created_at: String,
}

impl Billing {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            customer_id: row.get(0)?,
            receipt_id: row.get(1)?,
            billing_key: row.get(2)?,
            bank_name: row.get(3)?,
            bank_account_masked: row.get(4)?,
            holder_masked: row.get(5)?,
            status: row.get(6)?,
            created_at: row.get(7)?,
        })
    }

    /// The key, when it can be charged.
    pub(crate) fn active_key(&self) -> Option<&str> {
        self.billing_key.as_deref().filter(|_| self.status == "active")
    }
}

#[derive(Clone)]
pub(crate) struct ServiceDb(Arc<Mutex<Connection>>);

impl ServiceDb {
    /// # Errors
    /// When the file cannot be opened or is not a database.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // A billing key that was answered to the customer must survive a power cut.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Remembers that `customer_id` was asked about under `receipt_id`. Again with the same receipt: no change.
    pub(crate) async fn requested(&self, customer_id: &str, receipt_id: &str) -> Result<(), ApiError> {
        let (customer_id, receipt_id) = (customer_id.to_owned(), receipt_id.to_owned());
        self.run(move |db| {
            db.execute(
                "INSERT INTO customer_billing (customer_id, receipt_id, status, created_at)
                 VALUES (?1, ?2, 'requested', strftime('%Y-%m-%dT%H:%M:%SZ', 'now')) ON CONFLICT DO NOTHING",
                params![customer_id, receipt_id],
            )?;
            Ok(())
        })
        .await
    }

    /// Stores the key with its row. A row that is destroyed already stays destroyed.
    pub(crate) async fn issued(&self, receipt_id: &str, key: IssuedKey) -> Result<Billing, ApiError> {
        let receipt_id = receipt_id.to_owned();
        self.run(move |db| {
            db.execute(
                "UPDATE customer_billing SET billing_key = ?2, bank_name = ?3, bank_account_masked = ?4,
                 holder_masked = ?5, status = 'active' WHERE receipt_id = ?1 AND status = 'requested'",
                params![
                    receipt_id,
                    key.billing_key,
                    key.bank_name,
                    key.bank_account_masked,
                    key.holder_masked
                ],
            )?;
            let select = format!("SELECT {COLUMNS} FROM customer_billing WHERE receipt_id = ?1");
            db.query_row(&select, [receipt_id], Billing::from_row)
        })
        .await
    }

    pub(crate) async fn by_receipt(&self, receipt_id: &str) -> Result<Option<Billing>, ApiError> {
        let receipt_id = receipt_id.to_owned();
        let select = format!("SELECT {COLUMNS} FROM customer_billing WHERE receipt_id = ?1");
        self.run(move |db| db.query_row(&select, [receipt_id], Billing::from_row).optional())
            .await
    }

    /// The customer's active row; without one, the newest.
    pub(crate) async fn by_customer(&self, customer_id: &str) -> Result<Option<Billing>, ApiError> {
        let customer_id = customer_id.to_owned();
        let select = format!(
            "SELECT {COLUMNS} FROM customer_billing WHERE customer_id = ?1
             ORDER BY status = 'active' DESC, rowid DESC LIMIT 1"
        );
        self.run(move |db| db.query_row(&select, [customer_id], Billing::from_row).optional())
            .await
    }

    pub(crate) async fn destroyed(&self, receipt_id: &str) -> Result<(), ApiError> {
        let receipt_id = receipt_id.to_owned();
        self.run(move |db| {
            db.execute(
                "UPDATE customer_billing SET status = 'destroyed' WHERE receipt_id = ?1",
                [receipt_id],
            )?;
            Ok(())
        })
        .await
    }

    /// SQLite waits for the disk, so it waits on a blocking thread.
    async fn run<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ApiError> {
        let connection = self.0.clone();
        let done = tokio::task::spawn_blocking(move || {
            // Every act is one statement at a time: a panic leaves no transaction open.
            act(&connection.lock().unwrap_or_else(PoisonError::into_inner))
        });
        done.await
            .map_err(|error| ApiError::ServiceDb(error.into()))?
            .map_err(|error| ApiError::ServiceDb(error.into()))
    }
}

/// One row as it lies in the file: (column, value) in the table's order, `NULL` for nothing.
pub type StoredRow = Vec<(String, String)>;

/// Reads the service DB from the outside, as an operator with the `sqlite3` tool would. Oldest first.
///
/// # Errors
/// When the file is not there or not a service DB.
pub fn stored_rows(db_path: &Path) -> anyhow::Result<Vec<StoredRow>> {
    let db = Connection::open_with_flags(db_path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .with_context(|| format!("opening {}", db_path.display()))?;
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
