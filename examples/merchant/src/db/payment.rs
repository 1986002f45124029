//! `payment`: the months that have become due, and what became of them.

use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::ServiceDb;
use crate::error::ApiError;

/// Where a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Due,
    /// It is being charged, or this process died while it was.
    Charging,
    /// Nobody knows yet whether the customer was debited.
    InDoubt,
    Paid,
    /// Paid, and all of it given back.
    Refunded,
    /// Not debited; tried again on `retry_on`.
    Declined,
    /// Not debited, and trying again does not help.
    NeedsCustomer,
}

const STATES: [State; 7] = [
    State::Due,
    State::Charging,
    State::InDoubt,
    State::Paid,
    State::Refunded,
    State::Declined,
    State::NeedsCustomer,
];

impl State {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Charging => "charging",
            Self::InDoubt => "in_doubt",
            Self::Paid => "paid",
            Self::Refunded => "refunded",
            Self::Declined => "declined",
            Self::NeedsCustomer => "needs_customer",
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Payment {
    pub order_id: String,
    pub customer_id: String,
    pub price_won: u64,
    pub state: State,
    pub attempts: u32,
    pub receipt_id: Option<String>,
    pub reason: Option<String>,
    pub retry_on: Option<String>,
}

/// What a charge, a look or a webhook found out.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub state: State,
    pub receipt_id: Option<String>,
    pub reason: Option<String>,
    pub retry_on: Option<Date>,
}

/// A webhook that is news. Each attempt at a payment has a receipt of its own, and its own numbers.
pub(crate) struct News {
    pub order_id: String,
    pub receipt_id: String,
    pub sequence: u64,
}

const COLUMNS: &str = "order_id, customer_id, price, state, attempts, receipt_id, reason, retry_on";

impl Payment {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let state: String = row.get(3)?;
        Ok(Self {
            order_id: row.get(0)?,
            customer_id: row.get(1)?,
            price_won: row.get::<_, i64>(2)?.unsigned_abs(),
            // The column's CHECK knows no other name.
            state: STATES
                .into_iter()
                .find(|one| one.name() == state)
                .unwrap_or(State::InDoubt),
            attempts: row.get(4)?,
            receipt_id: row.get(5)?,
            reason: row.get(6)?,
            retry_on: row.get(7)?,
        })
    }
}

impl Payment {
    /// `2026-12`: the end of the order id.
    pub(crate) fn month(&self) -> &str {
        self.order_id
            .get(self.order_id.len().saturating_sub(7)..)
            .unwrap_or_default()
    }

    /// `9,900`.
    pub(crate) fn price(&self) -> String {
        let digits = self.price_won.to_string();
        let grouped = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
        grouped.collect::<Vec<_>>().join(",")
    }
}

impl ServiceDb {
    /// What is to be charged on `today`: due, or declined and to be tried again by then.
    pub(crate) async fn to_charge(&self, today: Date) -> Result<Vec<Payment>, ApiError> {
        let condition = "state = 'due' OR (state = 'declined' AND retry_on <= ?1)";
        self.payments(condition, today.to_string()).await
    }

    /// What nobody knows: in doubt, or cut off in the middle.
    pub(crate) async fn to_find_out(&self) -> Result<Vec<Payment>, ApiError> {
        self.payments("state IN ('charging', 'in_doubt') AND ?1 = ''", String::new())
            .await
    }

    pub(crate) async fn payments_of(&self, customer_id: &str) -> Result<Vec<Payment>, ApiError> {
        self.payments("customer_id = ?1", customer_id.to_owned()).await
    }

    async fn payments(&self, condition: &'static str, value: String) -> Result<Vec<Payment>, ApiError> {
        let select = format!("SELECT {COLUMNS} FROM payment WHERE {condition} ORDER BY order_id");
        self.run(move |db| {
            let mut select = db.prepare(&select)?;
            let rows = select.query_map([value], Payment::from_row)?;
            rows.collect()
        })
        .await
    }

    pub(crate) async fn payment(&self, order_id: &str) -> Result<Option<Payment>, ApiError> {
        let order_id = order_id.to_owned();
        self.run(move |db| one(db, &order_id)).await
    }

    /// The intent, on disk before the call. `false` when somebody else changed it meanwhile.
    pub(crate) async fn charging(&self, payment: &Payment) -> Result<bool, ApiError> {
        let (order_id, from) = (payment.order_id.clone(), payment.state.name());
        let update =
            "UPDATE payment SET state = 'charging', attempts = attempts + 1 WHERE order_id = ?1 AND state = ?2";
        let updated = self.run(move |db| db.execute(update, params![order_id, from])).await?;
        Ok(updated == 1)
    }

    /// What became of it. A payment that is refunded stays refunded, and one that is paid becomes nothing but refunded: the
    /// answer of a charge can come after the webhook that tells of its cancel.
    pub(crate) async fn became(&self, order_id: &str, outcome: Outcome) -> Result<(), ApiError> {
        let order_id = order_id.to_owned();
        self.run(move |db| write(db, &order_id, &outcome)).await
    }

    /// The same, for a webhook: with the receipt's number, in one transaction, so that neither is there without the other.
    pub(crate) async fn told(&self, news: News, outcome: Outcome) -> Result<(), ApiError> {
        self.run(move |db| {
            db.execute(
                "INSERT INTO receipt_seen (receipt_id, sequence) VALUES (?1, ?2)
                 ON CONFLICT (receipt_id) DO UPDATE SET sequence = max(sequence, excluded.sequence)",
                params![news.receipt_id, i64::try_from(news.sequence).unwrap_or(i64::MAX)],
            )?;
            write(db, &news.order_id, &outcome)
        })
        .await
    }

    /// The number of the receipt's webhook that was handled last; `None` before the first.
    pub(crate) async fn seen(&self, receipt_id: &str) -> Result<Option<u64>, ApiError> {
        let receipt_id = receipt_id.to_owned();
        let select = "SELECT sequence FROM receipt_seen WHERE receipt_id = ?1";
        self.run(move |db| {
            let seen: Option<i64> = db.query_row(select, [receipt_id], |row| row.get(0)).optional()?;
            Ok(seen.map(i64::unsigned_abs))
        })
        .await
    }
}

fn one(db: &Connection, order_id: &str) -> rusqlite::Result<Option<Payment>> {
    let select = format!("SELECT {COLUMNS} FROM payment WHERE order_id = ?1");
    db.query_row(&select, [order_id], Payment::from_row).optional()
}

fn write(db: &Connection, order_id: &str, outcome: &Outcome) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE payment SET state = ?2, receipt_id = COALESCE(?3, receipt_id), reason = ?4, retry_on = ?5
         WHERE order_id = ?1 AND state <> 'refunded' AND (state <> 'paid' OR ?2 IN ('paid', 'refunded'))",
        params![
            order_id,
            outcome.state.name(),
            outcome.receipt_id,
            outcome.reason,
            outcome.retry_on.map(|date| date.to_string())
        ],
    )?;
    Ok(())
}
