//! What the gateway's database says after it was stopped.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, Row};

pub struct Books {
    pub payments: Vec<Payment>,
    pub cancels: Vec<Cancel>,
    pub reserves: Vec<Reserve>,
    pub steps: Vec<Step>,
    pub transitions: Vec<Transition>,
    /// In the order of their receipts and sequence numbers.
    pub webhooks: Vec<Webhook>,
    pub cash_receipts: Vec<CashReceipt>,
    /// Keys that were destroyed.
    pub destroyed: Vec<Destroyed>,
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
    pub billing_key: String,
}

#[derive(Debug)]
pub struct Webhook {
    pub receipt_id: String,
    pub sequence: u32,
    pub webhook_type: String,
    pub payload: serde_json::Value,
}

#[derive(Debug)]
pub struct CashReceipt {
    pub receipt_id: String,
    pub origin: String,
    pub state: String,
    pub pg_order_id: String,
    pub is_due: bool,
}

#[derive(Debug)]
pub struct Destroyed {
    pub billing_key: String,
    pub bid: String,
    pub is_told_to_pg: bool,
}

#[derive(Debug)]
pub struct Cancel {
    pub id: String,
    pub receipt_id: String,
    pub cancel_id: String,
    pub price: u64,
    pub state: String,
    /// The PG's own word.
    pub is_refused_by_pg: bool,
}

#[derive(Debug)]
pub struct Reserve {
    pub reserve_id: String,
    pub state: String,
    pub failure: Option<String>,
    pub has_url: bool,
}

#[derive(Debug)]
pub struct Step {
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
    pub actor: String,
}

impl Books {
    pub fn read(data: &Path) -> Self {
        let db =
            Connection::open_with_flags(data.join("jadong.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a database");
        Self {
            payments: rows(
                &db,
                "SELECT receipt_id, order_id, state, source, source_id, price, cancelled_price,
                    feedback_url IS NOT NULL, billing_key FROM payment ORDER BY receipt_id",
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
                        billing_key: row.get(8)?,
                    })
                },
            ),
            cancels: rows(
                &db,
                "SELECT id, receipt_id, cancel_id, price, state, state = 'refused' AND pg_code IS NOT NULL FROM cancel",
                |row| {
                    Ok(Cancel {
                        id: row.get(0)?,
                        receipt_id: row.get(1)?,
                        cancel_id: row.get(2)?,
                        price: row.get::<_, i64>(3)?.cast_unsigned(),
                        state: row.get(4)?,
                        is_refused_by_pg: row.get(5)?,
                    })
                },
            ),
            reserves: rows(
                &db,
                "SELECT reserve_id, state, failure_code, feedback_url IS NOT NULL FROM reserve",
                |row| {
                    Ok(Reserve {
                        reserve_id: row.get(0)?,
                        state: row.get(1)?,
                        failure: row.get(2)?,
                        has_url: row.get(3)?,
                    })
                },
            ),
            steps: rows(
                &db,
                "SELECT receipt_id, number, act, at_ms, outcome FROM verdict_rung ORDER BY receipt_id, number",
                |row| {
                    Ok(Step {
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
                "SELECT object, seq, from_state, to_state, actor FROM transition ORDER BY object, seq",
                |row| {
                    Ok(Transition {
                        object: row.get(0)?,
                        seq: row.get(1)?,
                        from: row.get(2)?,
                        to: row.get(3)?,
                        actor: row.get(4)?,
                    })
                },
            ),
            webhooks: rows(
                &db,
                "SELECT receipt_id, sequence, webhook_type, payload FROM delivery ORDER BY receipt_id, sequence",
                |row| {
                    let payload: String = row.get(3)?;
                    Ok(Webhook {
                        receipt_id: row.get(0)?,
                        sequence: row.get(1)?,
                        webhook_type: row.get(2)?,
                        payload: serde_json::from_str(&payload).expect("JSON"),
                    })
                },
            ),
            cash_receipts: rows(
                &db,
                "SELECT receipt_id, origin, state, pg_order_id, due_at_ms IS NOT NULL FROM cash_receipt",
                |row| {
                    Ok(CashReceipt {
                        receipt_id: row.get(0)?,
                        origin: row.get(1)?,
                        state: row.get(2)?,
                        pg_order_id: row.get(3)?,
                        is_due: row.get(4)?,
                    })
                },
            ),
            destroyed: rows(
                &db,
                "SELECT billing_key, bid, expired_at_pg_at_ms IS NOT NULL FROM billing_key
                    WHERE destroyed_at_ms IS NOT NULL",
                |row| {
                    Ok(Destroyed {
                        billing_key: row.get(0)?,
                        bid: row.get(1)?,
                        is_told_to_pg: row.get(2)?,
                    })
                },
            ),
            firsts: rows(
                &db,
                "SELECT subscription_id FROM issuance WHERE state = 'issued' AND price > 0",
                |row| row.get(0),
            ),
        }
    }
}

impl Books {
    /// The transitions of a receipt or reserve, oldest first.
    pub fn history<'a>(&'a self, object: &'a str) -> impl Iterator<Item = &'a Transition> {
        self.transitions.iter().filter(move |row| row.object == object)
    }

    /// The payments of a reserve, oldest first.
    pub fn attempts<'a>(&'a self, reserve_id: &'a str) -> impl Iterator<Item = &'a Payment> {
        let of_it = move |payment: &&Payment| payment.source_id.as_deref() == Some(reserve_id);
        self.payments.iter().filter(of_it)
    }

    /// Whether a payment's process died before the call: the worker brought it into doubt.
    pub fn is_orphan(&self, receipt_id: &str) -> bool {
        self.history(receipt_id)
            .any(|row| row.to == "in_doubt" && row.actor == "worker")
    }

    /// Whether whoever was to ask for a payment says that it was not sent.
    pub fn never_left(&self, receipt_id: &str) -> bool {
        let mut history = self.history(receipt_id);
        history.any(|row| row.to == "voided" && row.actor == "api")
    }
}

fn rows<T>(db: &Connection, select: &str, read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Vec<T> {
    let mut statement = db.prepare(select).expect("the schema");
    let read = statement.query_map([], read).expect("rows");
    read.collect::<Result<_, _>>().expect("rows")
}
