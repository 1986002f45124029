//! A merchant's HTTP client.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, RwLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::application::{application, with};
use crate::net::client;
use crate::{Answer, PATIENCE};

/// Step 1 of an issuance.
pub const TRANSFER: &str = "/v2/request/subscribe/automatic-transfer";
/// Step 2 of an issuance.
pub const PUBLISH: &str = "/v2/request/subscribe/automatic-transfer/publish";
/// A charge.
pub const PAYMENT: &str = "/v2/subscribe/payment";
/// A reserve.
pub const RESERVE: &str = "/v2/subscribe/payment/reserve";
/// A cancel.
pub const CANCEL: &str = "/v2/cancel";

/// Makes subscription ids of their own.
static KEYS: AtomicU32 = AtomicU32::new(1);

fn order(key: &str) -> Value {
    json!({ "billing_key": key, "order_name": "월 구독", "order_id": "order_1", "price": 1000 })
}

/// Somebody who calls the gateway. A clone shares the connections, and where the gateway is.
#[derive(Clone)]
pub struct Merchant {
    http: reqwest::Client,
    url: Arc<RwLock<String>>,
    authorization: Option<String>,
    language: Option<&'static str>,
}

impl Merchant {
    /// Without credentials.
    pub fn at(url: &str) -> Self {
        Self {
            http: client().build().expect("an HTTP client"),
            url: Arc::new(RwLock::new(url.to_owned())),
            authorization: None,
            language: None,
        }
    }

    /// The project that a new sandbox has.
    pub fn sandbox(url: &str) -> Self {
        Self::at(url).basic("sandbox_client_key", "sandbox_secret_key")
    }

    /// A project by what `jadong project create --json` printed.
    pub fn of_project(url: &str, credentials: &Value) -> Self {
        let text = |key: &str| credentials[key].as_str().expect(key);
        Self::at(url).basic(text("client_key"), text("secret_key"))
    }

    /// The gateway was started again, elsewhere.
    pub fn moved_to(&self, url: &str) {
        url.clone_into(&mut self.url.write().expect("no panic while held"));
    }

    /// With a client key and a secret key.
    pub fn basic(mut self, key: &str, secret: &str) -> Self {
        self.authorization = Some(format!("Basic {}", STANDARD.encode(format!("{key}:{secret}"))));
        self
    }

    /// With a token.
    pub fn bearer(mut self, token: &str) -> Self {
        self.authorization = Some(format!("Bearer {token}"));
        self
    }

    /// With this `Authorization`.
    pub fn authorized(mut self, authorization: &str) -> Self {
        self.authorization = Some(authorization.to_owned());
        self
    }

    /// Who reads English messages.
    pub fn in_english(mut self) -> Self {
        self.language = Some("en");
        self
    }

    /// A request with credentials and language, to be changed before it is sent.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.url.read().expect("no panic while held"));
        let mut request = self.http.request(method, url).timeout(2 * PATIENCE);
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if let Some(language) = self.language {
            request = request.header(ACCEPT_LANGUAGE, language);
        }
        request
    }

    /// `GET`, which is answered.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    /// `DELETE`, which is answered.
    pub async fn delete(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::DELETE, path)).await
    }

    /// `POST`, which is answered.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::to(self.request(Method::POST, path).json(&body)).await
    }

    /// `GET` of a gateway that may die; `None` when there was no whole answer.
    pub async fn try_get(&self, path: &str) -> Option<Answer> {
        Answer::if_any(self.request(Method::GET, path)).await
    }

    /// `DELETE` at a gateway that may die.
    pub async fn try_delete(&self, path: &str) -> Option<Answer> {
        Answer::if_any(self.request(Method::DELETE, path)).await
    }

    /// `POST` to a gateway that may die.
    pub async fn try_post(&self, path: &str, body: &Value) -> Option<Answer> {
        Answer::if_any(self.request(Method::POST, path).json(body)).await
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

    /// Step 2.
    pub async fn publish(&self, receipt_id: &str) -> Answer {
        self.post(PUBLISH, json!({ "receipt_id": receipt_id })).await
    }

    /// Step 2 at a gateway that may die.
    pub async fn try_publish(&self, receipt_id: &str) -> Option<Answer> {
        self.try_post(PUBLISH, &json!({ "receipt_id": receipt_id })).await
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

    /// A cancel of all that is left, in which `changes` were made.
    pub async fn cancel(&self, receipt_id: &str, changes: Value) -> Answer {
        self.post(CANCEL, with(json!({ "receipt_id": receipt_id }), changes))
            .await
    }

    /// The receipt now.
    pub async fn look_up(&self, receipt_id: &str) -> Value {
        self.get(&format!("/v2/receipt/{receipt_id}")).await.expect(200).json()
    }

    /// The receipt now, of a gateway that may die.
    pub async fn try_look_up(&self, receipt_id: &str) -> Option<Answer> {
        self.try_get(&format!("/v2/receipt/{receipt_id}")).await
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

    /// Both steps for this subscription: receipt id and billing key.
    pub async fn issue_for(&self, subscription_id: &str) -> (String, String) {
        self.issue(json!({ "subscription_id": subscription_id })).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Merchant, PAYMENT};
    use crate::net::vacant_address;

    #[tokio::test]
    async fn where_nobody_listens_there_is_no_answer() {
        let merchant = Merchant::sandbox(&format!("http://{}", vacant_address()));
        assert!(merchant.try_get("/healthz").await.is_none());
        assert!(merchant.try_post(PAYMENT, &json!({})).await.is_none());
    }

    #[tokio::test]
    async fn whoever_has_moved_is_found_by_every_clone() {
        let endpoint = crate::endpoint::Endpoint::start(&[crate::endpoint::Temper::Success]).await;
        let merchant = Merchant::sandbox(&format!("http://{}", vacant_address()));
        let clone = merchant.clone();
        merchant.moved_to(&format!("http://{}", endpoint.address));
        assert_eq!(clone.try_post("/hook", &json!({})).await.unwrap().status, 200);
        let received = endpoint.received();
        assert_eq!(
            received[0].header("authorization"),
            "Basic c2FuZGJveF9jbGllbnRfa2V5OnNhbmRib3hfc2VjcmV0X2tleQ=="
        );
    }
}
