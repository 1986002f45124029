//! The simulated PG's control API: the customer's finger, the faults, and the truth.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

/// The PG as a test reaches behind it.
pub struct Pg {
    http: reqwest::Client,
    url: String,
}

/// `GET /control/ledger`
#[derive(Debug, Deserialize)]
pub struct Ledger {
    pub calls: Vec<Call>,
    pub keys: Vec<Key>,
    pub debits: Vec<Debit>,
    pub refunds: Vec<Refund>,
    pub receipts: Vec<CashReceipt>,
    pub requests: Requests,
}

/// Money that was taken, and how much of it was given back.
#[derive(Debug, Deserialize)]
pub struct Debit {
    pub order_id: String,
    pub amount: u64,
    pub taken_at_ms: i64,
    pub refunded: u64,
}

/// Money that was given back.
#[derive(Debug, Deserialize)]
pub struct Refund {
    /// The charge's.
    pub order_id: String,
    pub amount: u64,
    pub kind: String,
}

/// A cash receipt.
#[derive(Debug, Deserialize)]
pub struct CashReceipt {
    pub order_id: String,
    pub amount: u64,
    pub cancelled_at_ms: Option<i64>,
}

/// A customer who was called.
#[derive(Debug, Deserialize)]
pub struct Call {
    pub order_id: String,
    pub rung: u32,
}

/// A key at the PG.
#[derive(Debug, Deserialize)]
pub struct Key {
    pub order_id: String,
    pub expired_at_ms: Option<i64>,
}

/// How many of each call arrived.
#[derive(Debug, Deserialize)]
pub struct Requests {
    pub start: u32,
    pub register: u32,
    pub expire: u32,
    pub charge: u32,
    pub find_payment: u32,
    pub net_cancel: u32,
    pub cancel: u32,
    pub receipt: u32,
}

impl Ledger {
    /// How often the customer of this order was rung.
    pub fn rung(&self, order_id: &str) -> u32 {
        let calls = self.calls.iter().filter(|call| call.order_id == order_id);
        calls.map(|call| call.rung).sum()
    }

    /// How often the payment with this receipt was debited, and what of it was not given back.
    pub fn debited(&self, receipt_id: &str) -> (usize, u64) {
        let debits = self.debits.iter().filter(|debit| debit.order_id == receipt_id);
        let kept = |debit: &Debit| debit.amount - debit.refunded;
        debits.fold((0, 0), |(count, sum), debit| (count + 1, sum + kept(debit)))
    }

    /// What was given back of the payment with this receipt, refund by refund.
    pub fn refunds_of(&self, receipt_id: &str) -> Vec<u64> {
        let refunds = self.refunds.iter().filter(|refund| refund.order_id == receipt_id);
        refunds.map(|refund| refund.amount).collect()
    }

    /// The keys of this order.
    pub fn keys_of(&self, order_id: &str) -> usize {
        self.keys.iter().filter(|key| key.order_id == order_id).count()
    }
}

impl Pg {
    pub fn at(url: &str) -> Self {
        Self {
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            url: url.to_owned(),
        }
    }

    async fn control(&self, method: Method, path: &str, body: Value) -> Result<String, reqwest::Error> {
        let request = self.http.request(method, format!("{}/control/{path}", self.url));
        let response = request.body(body.to_string()).send().await?;
        response.error_for_status()?.text().await
    }

    async fn told(&self, method: Method, path: &str, body: Value) {
        self.control(method, path, body)
            .await
            .expect("the PG does as it is told");
    }

    pub async fn ledger(&self) -> Ledger {
        let ledger = self.control(Method::GET, "ledger", json!({})).await.unwrap();
        serde_json::from_str(&ledger).unwrap()
    }

    /// `None` while the PG cannot be reached.
    pub async fn ledger_if_there(&self) -> Option<Ledger> {
        let ledger = self.control(Method::GET, "ledger", json!({})).await.ok()?;
        serde_json::from_str(&ledger).ok()
    }

    /// The customer answers: `agree`, `refuse`, `wrong-key`, `hang-up`.
    pub async fn answer(&self, order_id: &str, action: &str) {
        let path = format!("calls/{order_id}/answer");
        self.told(Method::POST, &path, json!({ "action": action })).await;
    }

    /// The next `times` calls of one kind go wrong.
    pub async fn fault(&self, on: &str, kind: &str, times: u32) {
        let fault = json!({ "on": on, "kind": kind, "times": times });
        self.told(Method::POST, "faults", fault).await;
    }

    /// Nobody gets through for so long.
    pub async fn refuse_connections(&self, for_ms: u32) {
        let fault = json!({ "kind": "refuse-connection", "for_ms": for_ms });
        self.told(Method::POST, "faults", fault).await;
    }

    /// Faults that wait are forgotten.
    pub async fn clear_faults(&self) {
        self.told(Method::DELETE, "faults", json!({})).await;
    }

    /// Faults that still wait for their calls.
    pub async fn waiting_faults(&self) -> usize {
        let faults = self.control(Method::GET, "faults", json!({})).await.unwrap();
        serde_json::from_str::<Vec<Value>>(&faults).unwrap().len()
    }

    /// What the shop may do: `allowed`, `F115`, `F117`.
    pub async fn shop(&self, register: &str) {
        self.told(Method::PUT, "shop", json!({ "register": register })).await;
    }
}
