//! The API as a merchant calls it, without an SDK.

use std::sync::{Arc, RwLock};
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};

/// One answer, whole.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    pub fn text(&self, key: &str) -> String {
        self.json()[key].as_str().unwrap_or_default().to_owned()
    }

    pub fn number(&self, key: &str) -> Option<i64> {
        self.json()[key].as_i64()
    }

    pub fn error_code(&self) -> String {
        self.text("error_code")
    }
}

/// A client. Clones share where the gateway is, which changes when it is restarted.
#[derive(Clone)]
pub struct Api {
    http: Client,
    url: Arc<RwLock<String>>,
    client_key: String,
    secret_key: String,
}

pub fn http() -> Client {
    Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(20))
        .build()
        .expect("an HTTP client")
}

impl Api {
    pub fn new(url: &str) -> Self {
        Self::of(url, "sandbox_client_key", "sandbox_secret_key")
    }

    pub fn of(url: &str, client_key: &str, secret_key: &str) -> Self {
        Self {
            http: http(),
            url: Arc::new(RwLock::new(url.to_owned())),
            client_key: client_key.to_owned(),
            secret_key: secret_key.to_owned(),
        }
    }

    pub fn moved_to(&self, url: &str) {
        url.clone_into(&mut self.url.write().expect("no panic while held"));
    }

    /// `None` when there was no whole answer.
    pub async fn call(&self, method: Method, path: &str, body: Option<String>) -> Option<Answer> {
        let url = format!("{}{path}", self.url.read().expect("no panic while held"));
        let mut request = self
            .http
            .request(method, url)
            .basic_auth(&self.client_key, Some(&self.secret_key));
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        let headers = format!("{:?}", response.headers());
        let body = response.text().await.ok()?;
        Some(Answer { status, headers, body })
    }

    pub async fn get(&self, path: &str) -> Option<Answer> {
        self.call(Method::GET, path, None).await
    }

    pub async fn request(&self, body: &Value) -> Option<Answer> {
        let path = "/v2/request/subscribe/automatic-transfer";
        self.call(Method::POST, path, Some(body.to_string())).await
    }

    pub async fn publish(&self, receipt_id: &str) -> Option<Answer> {
        let path = "/v2/request/subscribe/automatic-transfer/publish";
        let body = json!({ "receipt_id": receipt_id });
        self.call(Method::POST, path, Some(body.to_string())).await
    }

    pub async fn by_receipt(&self, receipt_id: &str) -> Option<Answer> {
        self.get(&format!("/v2/subscribe/billing_key/{receipt_id}")).await
    }

    pub async fn by_key(&self, billing_key: &str) -> Option<Answer> {
        self.get(&format!("/v2/billing_key/{billing_key}")).await
    }

    pub async fn receipt(&self, receipt_id: &str) -> Option<Answer> {
        self.get(&format!("/v2/receipt/{receipt_id}")).await
    }

    pub async fn destroy(&self, billing_key: &str) -> Option<Answer> {
        let path = format!("/v2/subscribe/billing_key/{billing_key}");
        self.call(Method::DELETE, &path, None).await
    }

    /// One key from beginning to end, where nothing is in the way; gives receipt and key.
    pub async fn issue(&self, subscription_id: &str, phone: &str) -> (String, String) {
        let asked = self.request(&order(subscription_id, phone)).await.expect("an answer");
        assert_eq!(asked.number("status"), Some(41), "{}", asked.body);
        let receipt_id = asked.text("receipt_id");
        let published = self.publish(&receipt_id).await.expect("an answer");
        assert_eq!(published.number("status"), Some(1), "{}", published.body);
        (receipt_id, published.text("billing_key"))
    }
}

/// A request for a key as a merchant's form would make it.
pub fn order(subscription_id: &str, phone: &str) -> Value {
    json!({
        "pg": "nicepay", "order_name": "월 구독", "subscription_id": subscription_id, "username": "홍길동",
        "bank_name": "국민은행", "bank_account": "12345678901234", "identity_no": "900101", "phone": phone,
    })
}
