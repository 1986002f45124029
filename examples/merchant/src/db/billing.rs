//! `customer_billing`: a customer's key, sealed, and what may be shown of the account behind it.

use jiff::civil::Date;
use rusqlite::{OptionalExtension, Row, params};

use super::ServiceDb;
use super::schedule::start_schedule;
use crate::error::ApiError;

const COLUMNS: &str =
    "customer_id, receipt_id, billing_key_sealed, bank_name, bank_account_masked, holder_masked, status, created_at";

/// A row. `created_at` is ISO 8601, UTC.
#[derive(Clone, Debug)]
pub(crate) struct Billing {
    pub customer_id: String,
    pub receipt_id: String,
    billing_key_sealed: Option<String>,
    pub bank_name: Option<String>,
    pub bank_account_masked: Option<String>,
    pub holder_masked: Option<String>,
    pub status: String,
    pub created_at: String,
}

/// A key that was issued, ready to be stored.
pub(crate) struct IssuedRow {
    pub billing_key_sealed: String,
    pub bank_name: Option<String>,
    pub bank_account_masked: Option<String>,
    pub holder_masked: Option<String>,
}

impl Billing {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            customer_id: row.get(0)?,
            receipt_id: row.get(1)?,
            billing_key_sealed: row.get(2)?,
            bank_name: row.get(3)?,
            bank_account_masked: row.get(4)?,
            holder_masked: row.get(5)?,
            status: row.get(6)?,
            created_at: row.get(7)?,
        })
    }

    pub(crate) fn is_issued(&self) -> bool {
        self.billing_key_sealed.is_some()
    }

    /// The key as it is stored, when it can be charged.
    pub(crate) fn sealed_key(&self) -> Option<&str> {
        self.billing_key_sealed.as_deref().filter(|_| self.status == "active")
    }
}

impl ServiceDb {
    /// Remembers that `customer_id` was asked about under `receipt_id`. Again with the same receipt: no change.
    pub(crate) async fn requested(&self, customer_id: &str, receipt_id: &str) -> Result<(), ApiError> {
        let (customer_id, receipt_id) = (customer_id.to_owned(), receipt_id.to_owned());
        self.run(move |db| {
            db.execute(
                "UPDATE signup SET receipt_id = ?2 WHERE customer_id = ?1 AND stage = 'calling'",
                params![customer_id, receipt_id],
            )?;
            db.execute(
                "INSERT INTO customer_billing (customer_id, receipt_id, status, created_at)
                 VALUES (?1, ?2, 'requested', strftime('%Y-%m-%dT%H:%M:%SZ', 'now')) ON CONFLICT DO NOTHING",
                params![customer_id, receipt_id],
            )?;
            Ok(())
        })
        .await
    }

    /// Stores the key with its row, and puts the customer on the schedule: the first month is due today. A row that is
    /// destroyed already stays destroyed.
    pub(crate) async fn issued(&self, receipt_id: &str, key: IssuedRow, today: Date) -> Result<Billing, ApiError> {
        let receipt_id = receipt_id.to_owned();
        self.run(move |db| {
            let stored = db.execute(
                "UPDATE customer_billing SET billing_key_sealed = ?2, bank_name = ?3, bank_account_masked = ?4,
                 holder_masked = ?5, status = 'active' WHERE receipt_id = ?1 AND status = 'requested'",
                params![
                    receipt_id,
                    key.billing_key_sealed,
                    key.bank_name,
                    key.bank_account_masked,
                    key.holder_masked
                ],
            )?;
            let select = format!("SELECT {COLUMNS} FROM customer_billing WHERE receipt_id = ?1");
            let billing = db.query_row(&select, [receipt_id], Billing::from_row)?;
            if stored > 0 {
                start_schedule(db, &billing.customer_id, today)?;
                db.execute(
                    "UPDATE signup SET stage = 'issued', reason = NULL WHERE customer_id = ?1",
                    [&billing.customer_id],
                )?;
            }
            Ok(billing)
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

    /// The key is dead: nothing of it is kept, and no further month is due.
    pub(crate) async fn destroyed(&self, receipt_id: &str) -> Result<(), ApiError> {
        let receipt_id = receipt_id.to_owned();
        self.run(move |db| {
            db.execute(
                "DELETE FROM schedule WHERE customer_id =
                 (SELECT customer_id FROM customer_billing WHERE receipt_id = ?1)",
                [&receipt_id],
            )?;
            db.execute(
                "UPDATE customer_billing SET status = 'destroyed', billing_key_sealed = NULL WHERE receipt_id = ?1",
                [receipt_id],
            )?;
            Ok(())
        })
        .await
    }
}
