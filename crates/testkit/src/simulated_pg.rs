//! The simulated PG's control API: the customer's finger, the faults, and the truth.

use reqwest::Method;
use serde_json::{Value, json};
use simulator::{SANDBOX_CLIENT_KEY, SANDBOX_SECRET_KEY};

use crate::Ledger;
use crate::net::http;

/// The PG as a test reaches behind it.
#[derive(Clone)]
pub struct SimulatedPg {
    http: reqwest::Client,
    /// Where it listens.
    pub url: String,
}

impl SimulatedPg {
    /// One that runs already.
    pub fn at(url: &str) -> Self {
        Self {
            http: http(),
            url: url.to_owned(),
        }
    }

    /// The settings of a gateway that uses it as its PG.
    pub fn settings(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("JADONG_PG", "nicepay"),
            ("JADONG_PG_URL", &self.url),
            ("JADONG_PG_CLIENT_KEY", SANDBOX_CLIENT_KEY),
            ("JADONG_PG_SECRET_KEY", SANDBOX_SECRET_KEY),
        ]
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Result<String, reqwest::Error> {
        let request = self.http.request(method, format!("{}/control/{path}", self.url));
        let response = request.body(body.to_string()).send().await?;
        response.error_for_status()?.text().await
    }

    /// One call of the control API, which must succeed.
    pub async fn control(&self, method: Method, path: &str, body: Value) -> Value {
        let answer = self.send(method, path, body).await.expect("the PG does as it is told");
        serde_json::from_str(&answer).unwrap_or_default()
    }

    /// Everything that happened.
    pub async fn ledger(&self) -> Ledger {
        self.ledger_if_there().await.expect("a ledger")
    }

    /// `None` while the PG cannot be reached.
    pub async fn ledger_if_there(&self) -> Option<Ledger> {
        let ledger = self.send(Method::GET, "ledger", json!({})).await.ok()?;
        serde_json::from_str(&ledger).ok()
    }

    /// What of these payments was taken and not given back, debit by debit.
    pub async fn kept(&self, receipt_ids: &[String]) -> Vec<u64> {
        let debits = self.ledger().await.debits.into_iter();
        let kept = debits.filter(|debit| receipt_ids.contains(&debit.order_id));
        kept.map(|debit| debit.amount - debit.refunded)
            .filter(|won| *won > 0)
            .collect()
    }

    /// The customer answers: `agree`, `refuse`, `wrong-key`, `hang-up`.
    pub async fn answer(&self, order_id: &str, action: &str) {
        let path = format!("calls/{order_id}/answer");
        self.control(Method::POST, &path, json!({ "action": action })).await;
    }

    /// The orders whose customers' telephones ring, the newest first.
    pub async fn ringing(&self) -> Vec<String> {
        let calls = self.control(Method::GET, "calls?status=ringing", json!({})).await;
        let orders = calls.as_array().expect("a list").iter();
        orders
            .map(|call| call["order_id"].as_str().expect("an id").to_owned())
            .collect()
    }

    /// The next `times` calls of one kind go wrong.
    pub async fn fault(&self, on: &str, kind: &str, times: u32) {
        let fault = json!({ "on": on, "kind": kind, "times": times });
        self.control(Method::POST, "faults", fault).await;
    }

    /// Nobody gets through for so long.
    pub async fn refuse_connections(&self, for_ms: u32) {
        let fault = json!({ "kind": "refuse-connection", "for_ms": for_ms });
        self.control(Method::POST, "faults", fault).await;
    }

    /// Faults that wait are forgotten.
    pub async fn clear_faults(&self) {
        self.control(Method::DELETE, "faults", json!({})).await;
    }

    /// Faults that still wait for their calls.
    pub async fn waiting_faults(&self) -> usize {
        let faults = self.control(Method::GET, "faults", json!({})).await;
        faults.as_array().expect("a list").len()
    }

    /// Debits of this account, or of `all`, are approved only so long after their net-cancel.
    pub async fn approve_late(&self, bid: &str, late_ms: u32) {
        let scenario = json!({ "scenario": "approved-late", "late_ms": late_ms });
        self.control(Method::PUT, &format!("accounts/{bid}/scenario"), scenario)
            .await;
    }

    /// What the shop may do: `allowed`, `F115`, `F117`.
    pub async fn shop(&self, register: &str) {
        self.control(Method::PUT, "shop", json!({ "register": register })).await;
    }
}
