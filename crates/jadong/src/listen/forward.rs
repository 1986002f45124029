//! Posting a webhook to a local endpoint, as the gateway would.

use std::time::{Duration, Instant};

use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use serde::Deserialize;

use super::Webhook;
use crate::http::{TrustOption, tls_fault};

/// As long as the gateway waits.
const TIME_OUT: Duration = Duration::from_secs(5);

/// Posts to one endpoint.
pub struct Forwarder {
    http: Client,
    url: Url,
}

/// What the endpoint made of a webhook.
pub struct Forwarded {
    /// `None` without an answer.
    pub status: Option<u16>,
    /// Whether the gateway would count it as delivered.
    pub is_delivered: bool,
    /// What is wrong with it; empty when nothing is.
    pub wrong: String,
    pub took: Duration,
}

impl Forwarder {
    pub fn new(url: Url, trust: &TrustOption) -> anyhow::Result<Self> {
        let builder = trust.client()?;
        let http = builder.redirect(Policy::none()).timeout(TIME_OUT).build()?;
        Ok(Self { http, url })
    }

    pub fn url(&self) -> &Url {
        &self.url
    }

    pub async fn forward(&self, webhook: &Webhook) -> Forwarded {
        let started = Instant::now();
        let mut request = self.http.post(self.url.clone()).body(webhook.body.clone());
        for (name, value) in &webhook.headers {
            request = request.header(name, value);
        }
        let (status, wrong) = match request.send().await {
            Err(error) if error.is_timeout() => (None, "no answer within 5 s".to_owned()),
            Err(error) => (None, tls_fault(&error).unwrap_or_else(|| "no connection".to_owned())),
            Ok(response) => {
                let status = response.status().as_u16();
                (Some(status), wrong(status, &response.text().await.unwrap_or_default()))
            }
        };
        Forwarded {
            status,
            is_delivered: wrong.is_empty(),
            wrong,
            took: started.elapsed(),
        }
    }
}

/// What keeps an answer from being a success.
fn wrong(status: u16, body: &str) -> String {
    #[derive(Deserialize)]
    struct Answer {
        success: bool,
    }
    match (status, serde_json::from_str(body)) {
        (200, Ok(Answer { success: true })) => String::new(),
        (200, _) => "200 without {\"success\": true}".to_owned(),
        (300..400, _) => "redirects are not followed".to_owned(),
        _ => "not 200".to_owned(),
    }
}
