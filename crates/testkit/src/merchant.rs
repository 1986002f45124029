//! A merchant's HTTP client.

use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::application::{application, with};
use crate::described;

pub const TRANSFER: &str = "/v2/request/subscribe/automatic-transfer";
pub const PUBLISH: &str = "/v2/request/subscribe/automatic-transfer/publish";
pub const PAYMENT: &str = "/v2/subscribe/payment";
pub const RESERVE: &str = "/v2/subscribe/payment/reserve";
pub const CANCEL: &str = "/v2/cancel";

/// Makes subscription ids of their own.
static KEYS: AtomicU32 = AtomicU32::new(1);

fn order(key: &str) -> Value {
    json!({ "billing_key": key, "order_name": "월 구독", "order_id": "order_1", "price": 1000 })
}

/// Somebody who calls the gateway. A clone shares the connections.
#[derive(Clone)]
pub struct Merchant {
    http: reqwest::Client,
    url: String,
    authorization: Option<String>,
    language: Option<&'static str>,
}

impl Merchant {
    pub fn at(url: String) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            http,
            url,
            authorization: None,
            language: None,
        }
    }

    pub fn basic(mut self, key: &str, secret: &str) -> Self {
        self.authorization = Some(format!("Basic {}", STANDARD.encode(format!("{key}:{secret}"))));
        self
    }

    pub fn bearer(mut self, token: &str) -> Self {
        self.authorization = Some(format!("Bearer {token}"));
        self
    }

    pub fn authorized(mut self, authorization: &str) -> Self {
        self.authorization = Some(authorization.to_owned());
        self
    }

    pub fn in_english(mut self) -> Self {
        self.language = Some("en");
        self
    }

    /// A request with credentials and language, to be changed before it is sent.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if let Some(language) = self.language {
            request = request.header(ACCEPT_LANGUAGE, language);
        }
        request
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::DELETE, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::to(self.request(Method::POST, path).json(&body)).await
    }

    /// A body that is sent as it is, with this `Content-Type` or none.
    pub async fn post_text(&self, path: &str, content_type: Option<&str>, body: impl Into<String>) -> Answer {
        let mut request = self.request(Method::POST, path).body(body.into());
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        Answer::to(request).await
    }

    /// Step 1 with the documented sample, in which `changes` were made.
    pub async fn ask(&self, changes: Value) -> Answer {
        self.post(TRANSFER, with(application(), changes)).await
    }

    /// Step 1 with the documented sample; the receipt id.
    pub async fn receipt(&self, changes: Value) -> String {
        self.ask(changes).await.expect(200).text("receipt_id")
    }

    pub async fn publish(&self, receipt_id: &str) -> Answer {
        self.post(PUBLISH, json!({ "receipt_id": receipt_id })).await
    }

    /// Both steps for an account with these last four digits: a key of its own.
    pub async fn key_of(&self, last_four: &str) -> String {
        let number = KEYS.fetch_add(1, Ordering::Relaxed);
        let changes =
            json!({ "bank_account": format!("1234567890{last_four}"), "subscription_id": format!("key_{number}") });
        self.issue(changes).await.1
    }

    /// A key whose account pays.
    pub async fn key(&self) -> String {
        self.key_of("1234").await
    }

    /// A debit of 1000 for `order_1`, in which `changes` were made.
    pub async fn charge(&self, key: &str, changes: Value) -> Answer {
        self.post(PAYMENT, with(order(key), changes)).await
    }

    /// The same, with an `Idempotency-Key`.
    pub async fn charge_once(&self, once: &str, key: &str, changes: Value) -> Answer {
        let request = self.request(Method::POST, PAYMENT).header("Idempotency-Key", once);
        Answer::to(request.json(&with(order(key), changes))).await
    }

    /// A reserve of 1000 for `order_1`, in which `changes` were made.
    pub async fn reserve(&self, key: &str, changes: Value) -> Answer {
        self.post(RESERVE, with(order(key), changes)).await
    }

    pub async fn cancel(&self, receipt_id: &str, changes: Value) -> Answer {
        self.post(CANCEL, with(json!({ "receipt_id": receipt_id }), changes))
            .await
    }

    /// The receipt now.
    pub async fn look_up(&self, receipt_id: &str) -> Value {
        self.get(&format!("/v2/receipt/{receipt_id}")).await.expect(200).json()
    }

    /// The reserve now.
    pub async fn reserved(&self, reserve_id: &str) -> Value {
        self.get(&format!("{RESERVE}/{reserve_id}")).await.expect(200).json()
    }

    /// Both steps with the documented sample: receipt id and billing key.
    pub async fn issue(&self, changes: Value) -> (String, String) {
        let receipt_id = self.receipt(changes).await;
        let published = self.publish(&receipt_id).await.expect(200);
        (receipt_id, published.text("billing_key"))
    }
}

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub async fn to(request: RequestBuilder) -> Self {
        let (client, request) = request.build_split();
        let request = request.expect("a request");
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = client.execute(request).await.expect("the gateway answers");
        let answer = Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await.expect("a body is text"),
        };
        described::check(method.as_str(), &path, answer.status, &answer.body);
        answer
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.body))
    }

    /// A member as text; `""` when there is none.
    pub fn text(&self, key: &str) -> String {
        match &self.json()[key] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn is_replayed(&self) -> bool {
        self.header("jadong-replayed") == Some("true")
    }

    pub fn error_code(&self) -> String {
        self.text("error_code")
    }

    /// HTTP status and `error_code`: `400 SUBSCRIBE_AT_PHONE_BLANK`; `200` alone for a success.
    pub fn verdict(&self) -> String {
        format!("{} {}", self.status, self.error_code()).trim_end().to_owned()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }
}
