//! Looking into rows: each column's values, and what is in their JSON, as what they are kept for.

use domain::personal_number::Reading;
use serde_json::Value;
use store::{StoredColumn, StoredRow, StoredValue};

use super::look::{Sighting, What, look};
use super::needles::Needles;
use super::report::{Place, Report};

/// Columns and keys of ids and addresses besides those that end in `id`: of the merchant's, the PG's and ours, as they were sent.
const IDS: [&str; 17] = [
    "key",
    "alias",
    "holder",
    "object",
    "approve_no",
    "bid",
    "tid",
    "receipt_url",
    "order_id_as_sent",
    "subscription_id_as_sent",
    "url",
    "feedback_url",
    "webhook_url",
    "origin",
    "queue",
    "billing_key",
    "client_key",
];
/// What is sealed with the installation's key: hexadecimal digits.
const SEALED: &str = "pg_credentials";

fn reading(name: &str) -> Reading {
    let is_id = name == "id" || name.ends_with("_id") || name.ends_with("Id") || name.ends_with("_tid");
    if is_id || IDS.contains(&name) {
        Reading::Id
    } else {
        Reading::Text
    }
}

/// Tells `report` what is in a row of the database that is called `database`.
pub fn look_at(needles: &Needles, database: &str, row: &StoredRow<'_>, report: &mut Report) {
    let mut found = Vec::new();
    for (column, value) in row.columns.iter().zip(row.values) {
        found.clear();
        look_into(needles, &column.name, value, &mut found);
        let mut told: Vec<What> = Vec::new();
        for sighting in &found {
            if !told.contains(&sighting.what) {
                told.push(sighting.what);
                let place = Place::Cell {
                    database: database.to_owned(),
                    table: row.table.to_owned(),
                    column: column.name.clone(),
                    row: row.number,
                    key: key(row),
                };
                report.found(needles, place, sighting.what);
            }
        }
    }
}

fn look_into(needles: &Needles, name: &str, value: &StoredValue, found: &mut Vec<Sighting>) {
    let bytes = match value {
        StoredValue::Null => return,
        StoredValue::Number(text) => return look(needles, text.as_bytes(), None, found),
        StoredValue::Bytes(bytes) => bytes.as_slice(),
    };
    if name == SEALED && !bytes.iter().all(u8::is_ascii_hexdigit) {
        found.push(Sighting {
            at: 0,
            what: What::Unsealed,
        });
    }
    let json = matches!(bytes.first(), Some(b'{' | b'[')).then(|| serde_json::from_slice::<Value>(bytes));
    match json {
        Some(Ok(json)) => {
            look(needles, bytes, None, found);
            look_into_json(needles, &json, reading(name), found);
        }
        _ => look(needles, bytes, Some(reading(name)), found),
    }
}

/// Texts as they are without their escapes, each as its key says.
fn look_into_json(needles: &Needles, json: &Value, as_what: Reading, found: &mut Vec<Sighting>) {
    match json {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => {
            // A telephone number has lost its zero here, and ten digits are an amount.
            let text = number.to_string();
            if text.len() > 10 {
                look(needles, text.as_bytes(), Some(as_what), found);
            }
        }
        Value::String(text) => look(needles, text.as_bytes(), Some(as_what), found),
        Value::Array(all) => all.iter().for_each(|one| look_into_json(needles, one, as_what, found)),
        Value::Object(fields) => {
            for (name, value) in fields {
                look(needles, name.as_bytes(), Some(Reading::Text), found);
                look_into_json(needles, value, reading(name), found);
            }
        }
    }
}

/// What the row is told apart by; of what is no id of ours the length only.
fn key(row: &StoredRow<'_>) -> String {
    let parts = row.columns.iter().zip(row.values).filter(|(column, _)| column.is_key);
    let shown = |(column, value): (&StoredColumn, &StoredValue)| {
        let text = String::from_utf8_lossy(value.bytes());
        let is_ours = text.parse::<domain::ids::ObjectId>().is_ok();
        let is_word = text.len() < 20 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let is_small = matches!(value, StoredValue::Number(_)) && text.len() < 10;
        match (
            column.name.as_str(),
            is_ours || is_small || (is_word && column.name == "kind"),
        ) {
            (name, true) => format!("{name}={text}"),
            (name, false) => format!("{name}=({})", text.chars().count()),
        }
    };
    parts.map(shown).collect::<Vec<_>>().join(" ")
}
