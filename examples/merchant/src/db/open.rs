//! Opening the file, and running on it.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use crate::error::ApiError;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS customer_billing (
    customer_id         TEXT NOT NULL,
    receipt_id          TEXT NOT NULL PRIMARY KEY,
    billing_key_sealed  TEXT,
    bank_name           TEXT,
    bank_account_masked TEXT,
    holder_masked       TEXT,
    status              TEXT NOT NULL CHECK (status IN ('requested', 'active', 'destroyed')),
    created_at          TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS customer_billing_by_customer ON customer_billing (customer_id);

-- A sign-up by page, which somebody waits for in a browser.
CREATE TABLE IF NOT EXISTS signup (
    customer_id TEXT NOT NULL PRIMARY KEY,
    stage       TEXT NOT NULL CHECK (stage IN ('calling', 'issued', 'refused', 'expired', 'failed')),
    receipt_id  TEXT,
    -- The service's words, for the customer.
    reason      TEXT
) STRICT;

-- The next month to be charged of each customer: at most one row a month comes of it.
CREATE TABLE IF NOT EXISTS schedule (
    customer_id TEXT NOT NULL PRIMARY KEY,
    billing_day INTEGER NOT NULL CHECK (billing_day BETWEEN 1 AND 31),
    next_on     TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS payment (
    order_id    TEXT NOT NULL PRIMARY KEY,
    customer_id TEXT NOT NULL,
    price       INTEGER NOT NULL CHECK (price > 0),
    state       TEXT NOT NULL CHECK (state IN
                    ('due', 'charging', 'in_doubt', 'paid', 'refunded', 'declined', 'needs_customer')),
    attempts    INTEGER NOT NULL DEFAULT 0,
    receipt_id  TEXT,
    reason      TEXT,
    retry_on    TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS payment_by_customer ON payment (customer_id);

-- Of each receipt, the webhook that was handled last.
CREATE TABLE IF NOT EXISTS receipt_seen (
    receipt_id TEXT NOT NULL PRIMARY KEY,
    sequence   INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS payment_open ON payment (state, retry_on) WHERE state NOT IN ('paid', 'refunded');
";

#[derive(Clone)]
pub(crate) struct ServiceDb(Arc<Mutex<Connection>>);

impl ServiceDb {
    /// # Errors
    /// When the file cannot be opened or is not a database.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // A billing key that was answered to the customer, and an intent to charge, must survive a power cut.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// One transaction: all of `act` or nothing. SQLite waits for the disk, so it waits on a blocking thread.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ApiError> {
        let connection = self.0.clone();
        let done = tokio::task::spawn_blocking(move || {
            // A panic inside drops the transaction, which rolls it back.
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction = connection.transaction()?;
            let done = act(&transaction)?;
            transaction.commit()?;
            Ok::<T, rusqlite::Error>(done)
        });
        done.await
            .map_err(|error| ApiError::ServiceDb(error.into()))?
            .map_err(|error| ApiError::ServiceDb(error.into()))
    }
}
