//! The simulated PG's ledger of money: what really happened.

use serde::Deserialize;
use serde_json::{Value, json};

use testkit::process::api::http;

/// `GET /control/ledger`, the part about money.
#[derive(Debug, Deserialize)]
pub struct Ledger {
    pub keys: Vec<Key>,
    pub debits: Vec<Debit>,
    pub refunds: Vec<Refund>,
    pub receipts: Vec<Receipt>,
}

/// A cash receipt.
#[derive(Debug, Deserialize)]
pub struct Receipt {
    /// The charge's, or its own.
    pub order_id: String,
    pub cancelled_at_ms: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub struct Key {
    pub bid: String,
    pub order_id: String,
    pub expired_at_ms: Option<i64>,
}

/// Money that was taken.
#[derive(Debug, Deserialize)]
pub struct Debit {
    pub order_id: String,
    pub amount: u64,
    pub refunded: u64,
}

/// Money that was given back.
#[derive(Debug, Deserialize)]
pub struct Refund {
    /// The charge's.
    pub order_id: String,
    pub cancel_order_id: Option<String>,
    pub amount: u64,
    pub kind: String,
}

impl Ledger {
    pub async fn of(bank_url: &str) -> Self {
        let response = http().get(format!("{bank_url}/control/ledger")).send().await;
        let text = response.expect("the bank answers").text().await.expect("whole");
        serde_json::from_str(&text).expect("a ledger")
    }

    pub fn debits_of(&self, order_id: &str) -> Vec<&Debit> {
        self.debits.iter().filter(|debit| debit.order_id == order_id).collect()
    }

    /// What was taken and not given back.
    pub fn net_of(&self, order_id: &str) -> u64 {
        self.debits_of(order_id)
            .iter()
            .map(|debit| debit.amount - debit.refunded)
            .sum()
    }

    pub fn refunds_of<'a>(&'a self, order_id: &'a str) -> impl Iterator<Item = &'a Refund> {
        self.refunds.iter().filter(move |refund| refund.order_id == order_id)
    }

    /// The PG's id of the key that came of an issuance.
    pub fn bid_of(&self, receipt_id: &str) -> String {
        let key = self.keys.iter().find(|key| key.order_id == receipt_id);
        key.expect("a key at the bank").bid.clone()
    }
}

/// Tells the bank what goes wrong from now on.
pub async fn fault(bank_url: &str, on: &str, kind: &str, times: u32) {
    let fault = json!({ "on": on, "kind": kind, "times": times });
    control(bank_url, "POST", "faults", fault).await;
}

pub async fn clear_faults(bank_url: &str) {
    control(bank_url, "DELETE", "faults", json!({})).await;
}

/// When an approval that comes late comes.
pub async fn late(bank_url: &str, bid: &str, late_ms: u64) {
    let scenario = json!({ "scenario": "approved-late", "late_ms": late_ms });
    control(bank_url, "PUT", &format!("accounts/{bid}/scenario"), scenario).await;
}

async fn control(bank_url: &str, method: &str, path: &str, body: Value) {
    let method = method.parse().expect("a method");
    let request = http().request(method, format!("{bank_url}/control/{path}"));
    let response = request.body(body.to_string()).send().await.expect("the bank answers");
    assert!(
        response.status().is_success(),
        "{}",
        response.text().await.unwrap_or_default()
    );
}
