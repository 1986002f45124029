//! `jadong bank` in a process of its own: it survives the gateway and knows what really happened.

use std::path::Path;

use serde_json::Value;
use simulator::{SANDBOX_CLIENT_KEY, SANDBOX_SECRET_KEY};

use super::{Process, api, jadong};

pub struct Bank {
    _process: Process,
    pub url: String,
}

impl Bank {
    pub async fn start(folder: &Path, answer_delay_ms: u64) -> Self {
        Self::start_on(folder, answer_delay_ms, "0").await
    }

    /// On the port that it had before.
    pub async fn start_on(folder: &Path, answer_delay_ms: u64, port: &str) -> Self {
        let data = folder.join("bank");
        std::fs::create_dir_all(&data).expect("a folder");
        let delay = answer_delay_ms.to_string();
        let listen = format!("127.0.0.1:{port}");
        let args = [
            "bank",
            "--listen",
            &listen,
            "--data",
            data.to_str().expect("text"),
            "--answer-delay-ms",
            &delay,
        ];
        let process = Process::start(jadong(args, &[]), &folder.join("bank.log"), "simulated PG on ").await;
        let url = process.line("simulated PG on ").expect("where it listens");
        Self { _process: process, url }
    }

    /// The settings of a gateway that uses this bank as its PG.
    pub fn settings(&self) -> Vec<(&str, &str)> {
        vec![
            ("JADONG_PG", "nicepay"),
            ("JADONG_PG_URL", &self.url),
            ("JADONG_PG_CLIENT_KEY", SANDBOX_CLIENT_KEY),
            ("JADONG_PG_SECRET_KEY", SANDBOX_SECRET_KEY),
        ]
    }

    pub async fn ledger(&self) -> Ledger {
        Ledger::of(&self.url).await
    }
}

/// The bank's truth.
#[derive(Debug, Default)]
pub struct Ledger {
    pub calls: Vec<Call>,
    pub keys: Vec<Key>,
}

#[derive(Debug, Clone)]
pub struct Call {
    pub order_id: String,
    pub phone_hash: String,
    pub rung: i64,
}

#[derive(Debug, Clone)]
pub struct Key {
    pub bid: String,
    pub order_id: String,
    pub is_expired: bool,
}

impl Ledger {
    pub async fn of(bank_url: &str) -> Self {
        let url = format!("{bank_url}/control/ledger");
        let response = api::http().get(url).send().await.expect("the bank answers");
        let ledger: Value = serde_json::from_str(&response.text().await.expect("whole")).expect("JSON");
        let text = |row: &Value, name: &str| row[name].as_str().expect("a text").to_owned();
        let rows = |name: &str| ledger[name].as_array().expect("a list").clone();
        Self {
            calls: rows("calls")
                .iter()
                .map(|row| Call {
                    order_id: text(row, "order_id"),
                    phone_hash: text(row, "phone_hash"),
                    rung: row["rung"].as_i64().expect("a number"),
                })
                .collect(),
            keys: rows("keys")
                .iter()
                .map(|row| Key {
                    bid: text(row, "bid"),
                    order_id: text(row, "order_id"),
                    is_expired: !row["expired_at_ms"].is_null(),
                })
                .collect(),
        }
    }

    pub fn keys_of<'a>(&'a self, order_id: &'a str) -> impl Iterator<Item = &'a Key> {
        self.keys.iter().filter(move |key| key.order_id == order_id)
    }
}
