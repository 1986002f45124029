//! What the gateway's database says after it was stopped.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, Row};

pub struct Books {
    pub payments: Vec<Payment>,
    pub cancels: Vec<Cancel>,
    pub reserves: Vec<Reserve>,
    pub rungs: Vec<Rung>,
    pub transitions: Vec<Transition>,
    /// Receipts, one for each webhook.
    pub webhooks: Vec<String>,
    /// Subscriptions that have a key and were to have a first payment.
    pub firsts: Vec<String>,
}

#[derive(Debug)]
pub struct Payment {
    pub receipt_id: String,
    pub order_id: String,
    pub state: String,
    pub source: String,
    pub source_id: Option<String>,
    pub price: u64,
    pub cancelled_price: u64,
    pub has_url: bool,
}

#[derive(Debug)]
pub struct Cancel {
    pub id: String,
    pub receipt_id: String,
    pub cancel_id: String,
    pub price: u64,
    pub state: String,
}

#[derive(Debug)]
pub struct Reserve {
    pub reserve_id: String,
    pub state: String,
}

#[derive(Debug)]
pub struct Rung {
    pub receipt_id: String,
    pub number: u32,
    pub act: String,
    pub at_ms: i64,
    pub outcome: String,
}

#[derive(Debug)]
pub struct Transition {
    pub object: String,
    pub seq: u32,
    pub from: String,
    pub to: String,
}

impl Books {
    pub fn read(data: &Path) -> Self {
        let db =
            Connection::open_with_flags(data.join("jadong.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a database");
        Self {
            payments: rows(
                &db,
                "SELECT receipt_id, order_id, state, source, source_id, price, cancelled_price,
                    feedback_url IS NOT NULL FROM payment ORDER BY receipt_id",
                |row| {
                    Ok(Payment {
                        receipt_id: row.get(0)?,
                        order_id: row.get(1)?,
                        state: row.get(2)?,
                        source: row.get(3)?,
                        source_id: row.get(4)?,
                        price: row.get::<_, i64>(5)?.cast_unsigned(),
                        cancelled_price: row.get::<_, i64>(6)?.cast_unsigned(),
                        has_url: row.get(7)?,
                    })
                },
            ),
            cancels: rows(
                &db,
                "SELECT id, receipt_id, cancel_id, price, state FROM cancel",
                |row| {
                    Ok(Cancel {
                        id: row.get(0)?,
                        receipt_id: row.get(1)?,
                        cancel_id: row.get(2)?,
                        price: row.get::<_, i64>(3)?.cast_unsigned(),
                        state: row.get(4)?,
                    })
                },
            ),
            reserves: rows(&db, "SELECT reserve_id, state FROM reserve", |row| {
                Ok(Reserve {
                    reserve_id: row.get(0)?,
                    state: row.get(1)?,
                })
            }),
            rungs: rows(
                &db,
                "SELECT receipt_id, number, act, at_ms, outcome FROM verdict_rung ORDER BY receipt_id, number",
                |row| {
                    Ok(Rung {
                        receipt_id: row.get(0)?,
                        number: row.get(1)?,
                        act: row.get(2)?,
                        at_ms: row.get(3)?,
                        outcome: row.get(4)?,
                    })
                },
            ),
            transitions: rows(
                &db,
                "SELECT object, seq, from_state, to_state FROM transition ORDER BY object, seq",
                |row| {
                    Ok(Transition {
                        object: row.get(0)?,
                        seq: row.get(1)?,
                        from: row.get(2)?,
                        to: row.get(3)?,
                    })
                },
            ),
            webhooks: rows(&db, "SELECT receipt_id FROM delivery", |row| row.get(0)),
            firsts: rows(
                &db,
                "SELECT subscription_id FROM issuance WHERE state = 'issued' AND price > 0",
                |row| row.get(0),
            ),
        }
    }
}

fn rows<T>(db: &Connection, select: &str, read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Vec<T> {
    let mut statement = db.prepare(select).expect("the schema");
    let read = statement.query_map([], read).expect("rows");
    read.collect::<Result<_, _>>().expect("rows")
}
