//! What the gateway's database says after it was stopped.

use std::collections::HashMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use testkit::process::TestDir;

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
    /// By the ids that its PG gave them: the receipts as they are here.
    aliases: HashMap<String, String>,
    /// Whether a project has the hosted API for its PG.
    pub is_of_hosted: bool,
    /// Subscriptions that have a key and were to have a first payment.
    pub firsts: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct Payment {
    pub receipt_id: String,
    pub order_id: String,
    pub state: String,
    pub source: String,
    pub source_id: Option<String>,
    pub price: u64,
    pub cancelled_price: u64,
    pub requested_at_ms: i64,
    #[serde(deserialize_with = "truth")]
    pub has_url: bool,
    pub billing_key: String,
}

#[derive(Debug, Deserialize)]
pub struct Webhook {
    pub receipt_id: String,
    pub sequence: u32,
    pub webhook_type: String,
    #[serde(deserialize_with = "json_text")]
    pub payload: Value,
}

#[derive(Debug, Deserialize)]
pub struct CashReceipt {
    pub receipt_id: String,
    pub origin: String,
    pub state: String,
    pub pg_order_id: String,
    #[serde(deserialize_with = "truth")]
    pub is_due: bool,
}

#[derive(Debug, Deserialize)]
pub struct Destroyed {
    pub billing_key: String,
    pub bid: String,
    pub destroyed_at_ms: i64,
    #[serde(deserialize_with = "truth")]
    pub is_told_to_pg: bool,
}

#[derive(Debug, Deserialize)]
pub struct Cancel {
    pub id: String,
    pub receipt_id: String,
    pub cancel_id: String,
    pub price: u64,
    pub state: String,
    /// The PG's own word.
    #[serde(deserialize_with = "truth")]
    pub is_refused_by_pg: bool,
}

#[derive(Debug, Deserialize)]
pub struct Reserve {
    pub reserve_id: String,
    pub state: String,
    pub failure: Option<String>,
    #[serde(deserialize_with = "truth")]
    pub has_url: bool,
}

#[derive(Debug, Deserialize)]
pub struct Step {
    pub receipt_id: String,
    pub number: u32,
    pub act: String,
    pub at_ms: i64,
    pub outcome: String,
}

#[derive(Debug, Deserialize)]
pub struct Transition {
    pub object: String,
    pub seq: u32,
    #[serde(rename = "from_state")]
    pub from: String,
    #[serde(rename = "to_state")]
    pub to: String,
    pub actor: String,
}

impl Books {
    pub fn read(dir: &TestDir) -> Self {
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let firsts = "SELECT subscription_id FROM issuance WHERE state = 'issued' AND price > 0";
        Self {
            payments: rows(
                dir,
                "SELECT receipt_id, order_id, state, source, source_id, price, cancelled_price, requested_at_ms,
                    CASE WHEN feedback_url IS NULL THEN 0 ELSE 1 END AS has_url, billing_key FROM payment ORDER BY receipt_id",
            ),
            cancels: rows(
                dir,
                "SELECT id, receipt_id, cancel_id, price, state,
                    CASE WHEN state = 'refused' AND pg_code IS NOT NULL THEN 1 ELSE 0 END AS is_refused_by_pg FROM cancel",
            ),
            reserves: rows(
                dir,
                "SELECT reserve_id, state, failure_code AS failure,
                    CASE WHEN feedback_url IS NULL THEN 0 ELSE 1 END AS has_url FROM reserve",
            ),
            steps: rows(
                dir,
                "SELECT receipt_id, number, act, at_ms, outcome FROM verdict_rung ORDER BY receipt_id, number",
            ),
            transitions: rows(
                dir,
                "SELECT object, seq, from_state, to_state, actor FROM transition ORDER BY object, seq",
            ),
            webhooks: rows(
                dir,
                "SELECT receipt_id, sequence, webhook_type, payload FROM delivery ORDER BY receipt_id, sequence",
            ),
            cash_receipts: rows(
                dir,
                "SELECT receipt_id, origin, state, pg_order_id,
                    CASE WHEN due_at_ms IS NULL THEN 0 ELSE 1 END AS is_due FROM cash_receipt",
            ),
            destroyed: rows(
                dir,
                "SELECT billing_key, bid, destroyed_at_ms, CASE WHEN expired_at_pg_at_ms IS NULL THEN 0 ELSE 1 END AS is_told_to_pg
                    FROM billing_key WHERE destroyed_at_ms IS NOT NULL",
            ),
            is_of_hosted: !objects(dir, "SELECT name FROM project WHERE pg = 'hosted'").is_empty(),
            aliases: objects(dir, "SELECT alias, receipt_id FROM receipt_alias")
                .iter()
                .map(|row| (text(&row["alias"]), text(&row["receipt_id"])))
                .collect(),
            firsts: objects(dir, firsts).iter().map(|row| text(&row["subscription_id"])).collect(),
        }
    }
}

impl Books {
    /// A receipt's own id, of whichever it is known by.
    pub fn own<'a>(&'a self, receipt_id: &'a str) -> &'a str {
        self.aliases.get(receipt_id).map_or(receipt_id, String::as_str)
    }

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

    /// Whether a person said what became of a payment.
    pub fn is_by_person(&self, receipt_id: &str) -> bool {
        self.history(receipt_id).any(|row| row.actor == "person")
    }

    /// Whether whoever was to ask for a payment says that it was not sent.
    pub fn never_left(&self, receipt_id: &str) -> bool {
        let mut history = self.history(receipt_id);
        history.any(|row| row.to == "voided" && row.actor == "api")
    }
}

fn rows<T: DeserializeOwned>(dir: &TestDir, select: &str) -> Vec<T> {
    let read = |row: Value| serde_json::from_value(row).expect("a row of its kind");
    objects(dir, select).into_iter().map(read).collect()
}

/// The rows of the gateways' database, each an object by the names of its columns.
fn objects(dir: &TestDir, select: &str) -> Vec<Value> {
    if let Some(database) = dir.postgres() {
        let told = database.sql(&format!("SELECT row_to_json(found) FROM ({select}) AS found"));
        return told
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
    }
    let path = dir.data().join("jadong.db");
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a database");
    let mut statement = db.prepare(select).expect("the schema");
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let read = |row: &rusqlite::Row<'_>| {
        let value = |(index, name): (usize, &String)| {
            let value = match row.get_ref(index)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => number.into(),
                found => found.as_str()?.into(),
            };
            Ok((name.clone(), value))
        };
        let object: rusqlite::Result<Map<String, Value>> = names.iter().enumerate().map(value).collect();
        object.map(Value::Object)
    };
    let found = statement.query_map([], read).expect("rows");
    found.collect::<Result<_, _>>().expect("rows")
}

/// 0 or 1.
fn truth<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    u8::deserialize(from).map(|number| number == 1)
}

/// JSON in a text.
fn json_text<'de, D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
    let text = String::deserialize(from)?;
    serde_json::from_str(&text).map_err(D::Error::custom)
}
