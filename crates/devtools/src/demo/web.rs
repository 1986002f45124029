//! The demo's own HTTP: it plays the browser before the merchant, and looks at the simulated PG.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, ensure};
use gateway::sandbox_credentials::{CLIENT_KEY, SECRET_KEY};
use reqwest::{Client, Method, RequestBuilder};
use serde::Deserialize;
use serde_json::Value;

use super::actors;
use super::json::Json;
use super::start::DemoServers;

/// Longer than any step may take; the demo must end.
const TIMEOUT: Duration = Duration::from_secs(40);

/// What the merchant recorded of one call to the gateway.
#[derive(Deserialize)]
pub struct HttpExchange {
    pub method: String,
    pub path: String,
    pub sent: Option<Json>,
    pub status: Option<u16>,
    pub received: Option<Json>,
    pub failure: Option<String>,
    pub took_ms: u64,
    pub headers: HashMap<String, String>,
}

/// A client of them.
///
/// # Errors
/// When there can be none.
pub fn http() -> reqwest::Result<Client> {
    // Everything is on the loopback, without TLS: no roots needed, so a slim container without any will do.
    let builder = Client::builder().tls_certs_only([]).no_proxy();
    builder.timeout(TIMEOUT).build()
}

impl DemoServers {
    /// The sign-up form of the merchant's site.
    pub async fn sign_up(&self) -> anyhow::Result<Json> {
        let form = serde_json::json!({
            "customer_id": actors::CUSTOMER_ID,
            "name": actors::NAME,
            "bank": actors::BANK,
            "account": actors::ACCOUNT,
            "birth": actors::BIRTH,
            "phone": actors::PHONE,
        });
        self.merchant(Method::POST, "/signup", Some(&form)).await
    }

    /// The "done" button after the call.
    pub async fn confirm(&self, receipt_id: &str) -> anyhow::Result<Json> {
        self.merchant(
            Method::POST,
            &format!("/signup/{receipt_id}/confirm?wait_ms=20000"),
            None,
        )
        .await
    }

    /// The merchant's newest call to the gateway.
    pub async fn last_exchange(&self) -> anyhow::Result<HttpExchange> {
        let answer = self.http.get(format!("{}/exchanges", self.merchant_url)).send().await?;
        let exchanges: Vec<HttpExchange> = answer.json().await.context("reading the merchant's exchanges")?;
        exchanges
            .into_iter()
            .next_back()
            .context("the merchant has not called the gateway")
    }

    /// The simulated PG's newest call to a customer, `None` before it made one.
    pub async fn last_call(&self) -> anyhow::Result<Option<Json>> {
        let answer = self.http.get(format!("{}/control/calls", self.bank_url)).send().await?;
        let calls: Vec<Json> = answer.json().await.context("reading the simulated PG's calls")?;
        Ok(calls.into_iter().next())
    }

    /// `GET /v2/subscribe/billing_key/{receipt_id}`, straight at the gateway.
    pub async fn lookup(&self, receipt_id: &str) -> anyhow::Result<Json> {
        let url = format!("{}/v2/subscribe/billing_key/{receipt_id}", self.gateway_url);
        read(self.http.get(url).basic_auth(CLIENT_KEY, Some(SECRET_KEY))).await
    }

    async fn merchant(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Json> {
        let mut request = self.http.request(method, format!("{}{path}", self.merchant_url));
        if let Some(body) = body {
            request = request.json(body);
        }
        read(request).await
    }
}

/// The body of a 200; anything else is an error with the body's own words.
async fn read(request: RequestBuilder) -> anyhow::Result<Json> {
    let answer = request.send().await?;
    let (status, path) = (answer.status(), answer.url().path().to_owned());
    let text = answer.text().await?;
    ensure!(status.as_u16() == 200, "{path} answered {status}: {text}");
    serde_json::from_str(&text).with_context(|| format!("{path} did not answer JSON"))
}
